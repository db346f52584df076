# Reads floors.txt, then the compiler's own .d files, and names every include across a wrong edge.
function room(f,   n, p) {
	sub(/^\.\//, "", f)
	if (f ~ /(^|\/)gen\/stdlib\.c$/) return "compiler/model"
	if (f ~ /(^|\/)gen\//) return "grammar"
	n = split(f, p, "/")
	return p[1] == "grammar" ? "grammar" : p[1] "/" p[2]
}
FILENAME ~ /floors\.txt$/ {
	if (/^#/ || !NF) next
	split($0, h, ":"); known[h[1]] = ++rank
	m = split(h[2], r, " ")
	for (i = 1; i <= m; i++) {
		if (!(r[i] in known)) { print "floors.txt: " h[1] " names " r[i] ", which is not above it"; bad = 1 }
		may[h[1], r[i]] = 1
	}
	next
}
{
	gsub(/\\/, " ")
	for (i = 1; i <= NF; i++) {
		if ($i ~ /:$/) { if ($i ~ /\.o:$/) from = ""; else from = "-"; continue }
		if (from == "-" || $i ~ /^\/usr\/|GNUmakefile|gen\/version\.h$/) continue
		if (from == "") { from = room($i); src = $i; continue }
		to = room($i); edges++
		if (!(from in known)) { print "floors: no room " from " (" src ")"; bad = 1 }
		else if (to != from && !((from, to) in may)) { print "floors: " src " may not include " $i; bad = 1 }
	}
}
END {
	if (!edges) { print "floors: no includes seen"; bad = 1 }
	if (!bad) print "floors: " edges " includes, all downward"
	exit bad
}
