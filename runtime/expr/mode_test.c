/*
 * The languages of output, without templates around: what is passed on of a text, which ops stand
 * where, how each value is escaped; and what is refused, at which byte, and why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mode.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* In the tables: @ is a value, %{ a block, %| its else, %} its end, %( a loop, %) its end. */
struct trace {
	struct mode m;
	const char *from, *at;
	struct mode_error error;
	uint32_t len;
	char out[512];
};

static void add(struct trace *t, const char *at, uint32_t len)
{
	assert_true(t->len + len < sizeof t->out);
	memcpy(t->out + t->len, at, len);
	t->len += len;
	t->out[t->len] = '\0';
}

static void add_text(void *ctx, const char *at, uint32_t len) { add(ctx, at, len); }

static void add_op(void *ctx, enum aegf_template_op op, uint32_t operand)
{
	const char *name = op == AEGF_T_ELEMENT   ? "<,>"
			   : op == AEGF_T_OPEN    ? "<[>"
			   : op == AEGF_T_CLOSE   ? "<]>"
			   : op == AEGF_T_SEGMENT ? "<seg>"
			   : operand              ? "<filled>"
						  : "<end>";
	assert_true(op == AEGF_T_SEGMENT_END || operand == 0);
	add(ctx, name, (uint32_t)strlen(name));
}

static int wrong(struct trace *t, struct mode_error e)
{
	if (e.what != NULL)
		t->error = (struct mode_error){ (uint32_t)(t->at - t->from) + e.at, e.what };
	return e.what != NULL;
}

static int is_border(const char *at)
{
	return *at == '%' && at[1] != '\0' && strchr("{|}()", at[1]) != NULL;
}

static void follow(struct trace *t, const struct mode_out *out);

static void follow_hole(struct trace *t, const struct mode_out *out)
{
	static const char *const names[] = { "<raw>", "<html>", "<string>", "<value>", "<key>",
		"<url>", "<word>", "<double>", "<single>" };
	enum aegf_escape escape;

	if (wrong(t, mode_hole(&t->m, 0, out, &escape)))
		return;
	add(t, names[escape], (uint32_t)strlen(names[escape]));
	t->at++;
}

static void follow_block(struct trace *t, const struct mode_out *out)
{
	struct mode outer = t->m, begin, end;

	mode_enter(&t->m, out);
	begin = t->m;
	t->at += 2;
	follow(t, out);
	end = begin;
	if (t->error.what == NULL && t->at[1] == '|') {
		t->at += 2;
		end = t->m;
		t->m = begin;
		follow(t, out);
	}
	if (t->error.what != NULL || wrong(t, mode_join(&t->m, &end)))
		return;
	mode_leave(&t->m, &outer);
	t->at += 2;
}

static void follow_loop(struct trace *t, const struct mode_out *out)
{
	struct mode outer = t->m, begin, before;

	mode_enter(&t->m, out);
	begin = t->m;
	const char *body = t->at + 2;
	uint32_t len = t->len, rounds = 0;
	do {
		assert_true(++rounds < 8);
		before = begin;
		t->at = body;
		t->len = len;
		t->m = begin;
		follow(t, out);
		if (t->error.what != NULL || wrong(t, mode_join(&begin, &t->m)))
			return;
	} while (!mode_equal(&begin, &before));
	t->m = begin;
	mode_leave(&t->m, &outer);
	t->at += 2;
}

/* To the end of the template or of the way through a block. */
static void follow(struct trace *t, const struct mode_out *out)
{
	while (t->error.what == NULL && *t->at != '\0') {
		uint32_t len = 0;
		while (t->at[len] != '\0' && t->at[len] != '@' && !is_border(t->at + len))
			len++;
		if (len > 0 && wrong(t, mode_text(&t->m, t->at, len, out)))
			return;
		t->at += len;
		if (*t->at == '@')
			follow_hole(t, out);
		else if (*t->at == '%' && t->at[1] == '{')
			follow_block(t, out);
		else if (*t->at == '%' && t->at[1] == '(')
			follow_loop(t, out);
		else if (is_border(t->at))
			return;
	}
}

static void trace(struct trace *t, enum aeg_template_mode mode, const char *text)
{
	struct mode_out out = { add_text, add_op, t };

	*t = (struct trace){ .from = text, .at = text };
	mode_begin(&t->m, mode);
	follow(t, &out);
	if (t->error.what == NULL)
		(void)wrong(t, mode_end(&t->m, &out));
}

struct accepted {
	const char *text, *want;
};

static void accept_all(enum aeg_template_mode mode, const struct accepted *rows, size_t n)
{
	struct trace t;

	for (size_t i = 0; i < n; i++) {
		trace(&t, mode, rows[i].text);
		if (t.error.what != NULL)
			fail_msg("%s: at %u: %s", rows[i].text, t.error.at, t.error.what);
		if (strcmp(t.out, rows[i].want) != 0)
			fail_msg("%s: %s, not %s", rows[i].text, t.out, rows[i].want);
	}
}

struct refused {
	const char *text;
	uint32_t at;
	const char *what;
};

static void refuse_all(enum aeg_template_mode mode, const struct refused *rows, size_t n)
{
	struct trace t;

	for (size_t i = 0; i < n; i++) {
		trace(&t, mode, rows[i].text);
		if (t.error.what == NULL)
			fail_msg("%s: is accepted", rows[i].text);
		if (t.error.at != rows[i].at || strcmp(t.error.what, rows[i].what) != 0)
			fail_msg("%s: at %u: %s", rows[i].text, t.error.at, t.error.what);
	}
}

static const struct accepted json_accepted[] = {
	{ "@", "<value>" },
	{ " {\"a\": @, \"b\": [1, 2, 3]}\n",
		" {<[><,>\"a\": <value><,> \"b\": [<[><,>1<,> 2<,> 3<]>]<]>}\n" },
	{ "{\"a\":\"x@y@\"}", "{<[><,>\"a\":\"x<string>y<string>\"<]>}" },
	{ "{@:@}", "{<[><,><key>:<value><]>}" },
	{ "{\"k@\":\"@\"}", "{<[><,>\"k<string>\":\"<string>\"<]>}" },
	{ "[%(@,%)]", "[<[><,><value><]>]" },
	{ "[%(@%)]", "[<[><,><value><]>]" },
	{ "[%(@%{,%}%)]", "[<[><,><value><]>]" },
	{ "[1%{,2%},3]", "[<[><,>1<,>2<,>3<]>]" },
	{ "[1,%{2,%}3]", "[<[><,>1<,>2<,>3<]>]" },
	{ "[1%{2%}3]", "[<[><,>1<,>2<,>3<]>]" },
	{ "{%{\"a\":1,%}%{\"b\":2%}}", "{<[><,>\"a\":1<,>\"b\":2<]>}" },
	{ "{%{\"a\"%|@%}:1}", "{<[><,>\"a\"<,><key>:1<]>}" },
	{ "{\"a\":%{1%|\"x\"%}}", "{<[><,>\"a\":1\"x\"<]>}" },
	{ "%{1%|{\"a\":@}%}", "1{<[><,>\"a\":<value><]>}" },
	{ "\"%{a@%|b%}\"", "\"a<string>b\"" },
	{ "\"%(\\n%)\"", "\"\\n\"" },
	{ "[\n  %(\n  {\"x\": @}%{,%}\n  %)\n]", "[<[><,>\n\n  {<[><,>\"x\": <value><]>}\n\n<]>]" },
	{ "[true,false ,null\t]", "[<[><,>true<,>false<,>null\t<]>]" },
	{ "[-0,1.5e+3,0.1E-2,10]", "[<[><,>-0<,>1.5e+3<,>0.1E-2<,>10<]>]" },
	{ "\"\\u00e9\\\\\\\"\\/\\b\\f\\n\\r\\t@\"",
		"\"\\u00e9\\\\\\\"\\/\\b\\f\\n\\r\\t<string>\"" },
	{ "\"\\ud83d\\ude00@\"", "\"\\ud83d\\ude00<string>\"" },
	{ "[[@],{},[]]", "[<[><,>[<[><,><value><]>]<,>{<[><]>}<,>[<[><]>]<]>]" },
	{ "\"\303\251@\"", "\"\303\251<string>\"" },
	{ " @ ", " <value> " },
	{ "[%{[1]%|{\"a\":[]}%}]", "[<[><,>[<[><,>1<]>]<,>{<[><,>\"a\":[<[><]>]<]>}<]>]" },
	{ "{\"a\":[%(@%)],\"b\":{%(\"k@\":1%)}}",
		"{<[><,>\"a\":[<[><,><value><]>]<,>\"b\":{<[><,>\"k<string>\":1<]>}<]>}" },
};

static const struct refused json_refused[] = {
	{ "", 0, "the template has no value" },
	{ "1@", 1, "a value cannot be a part of a number or word" },
	{ "@1", 1, "the one value of the template ends before this" },
	{ "@@", 1, "the one value of the template ends before it" },
	{ "[@@]", 2, "a comma is missing before it" },
	{ "[1 2]", 3, "a comma is missing before it" },
	{ "[1,]", 3, "the comma before it is one too many" },
	{ "[,1]", 1, "this comma is one too many" },
	{ "[1,,2]", 3, "this comma is one too many" },
	{ "{\"a\":1,}", 7, "the comma before it is one too many" },
	{ "{,}", 1, "this comma is one too many" },
	{ "{\"a\"}", 4, "a colon belongs here" },
	{ "{\"a\":}", 5, "no JSON value begins with this" },
	{ "{\"a\" 1}", 5, "a colon belongs here" },
	{ "{1:2}", 1, "a member's name in quotes belongs here" },
	{ "[@:1]", 2, "a comma is missing before it" },
	{ "tru@", 3, "a value cannot be a part of a number or word" },
	{ "\"\\@\"", 2, "the escape before it is not finished" },
	{ "\"\\u12@\"", 5, "the escape before it is not finished" },
	{ "\"\\u12x\"", 5, "four hexadecimal digits follow \\u" },
	{ "\"\\ud83d@\"", 7, "the escape before it is not finished" },
	{ "\"\\ud83d\\n\"", 8, "a surrogate stands for nothing without the other one" },
	{ "\"\\ude00\"", 6, "a surrogate stands for nothing without the other one" },
	{ "\"\\q\"", 2, "JSON has no such escape" },
	{ "\"a\nb\"", 2, "this character must be written as \\uXXXX in a string" },
	{ "\"@", 2, "the template ends within a string, number or word" },
	{ "[@", 2, "the template ends within an array or object" },
	{ "{\"a\":@", 6, "the template ends within an array or object" },
	{ "1.@", 2, "a value cannot be a part of a number or word" },
	{ "1. ", 2, "the number is not finished" },
	{ "-", 1, "the template ends within a string, number or word" },
	{ "01", 1, "the one value of the template ends before this" },
	{ "tru", 3, "the template ends within a string, number or word" },
	{ "truE", 3, "of words JSON knows `true`, `false` and `null` alone" },
	{ "[1}", 2, "an array cannot end with `}`" },
	{ "{]", 1, "an object cannot end with `]`" },
	{ "%{1%}", 3,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "%(1%)", 3,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "{\"a\":%{1%}}", 8,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "{\"a\":%(1%)}", 8,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "{\"a\"%{:1%}}", 8,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "[%{[%}1]", 4, "an array or object begins or ends one way only" },
	{ "[%{]%}", 3, "what ends here began outside of this block or partial" },
	{ "[[%(1],[%)]]", 5, "what ends here began outside of this block or partial" },
	{ "{%{\"a\":%|\"b\"%}1}", 12,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "%{\"a%|{\"a%}\"", 9, "an array or object begins or ends one way only" },
	{ "{\"%{a\":\"%}\"}", 8, "a name one way is a value the other way" },
	{ "\"\377\"", 1, "JSON is UTF-8, and this is not" },
	{ "[1]x", 3, "the one value of the template ends before this" },
	{ "@ @", 2, "the one value of the template ends before it" },
	{ "{\"a\":1%{\"b\"%}}", 11,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop" },
	{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 64,
		"arrays and objects are more than 64 deep here" },
};

static const struct accepted url_accepted[] = {
	{ "", "" },
	{ "@", "<seg><url><filled>" },
	{ "@/b", "<seg><url><filled>/<seg>b" },
	{ "/@", "/<seg><url><end>" },
	{ "/@/b", "/<seg><url><filled>/<seg>b" },
	{ "/a@/b/@b/", "/<seg>a<url>/b/<seg><url>b/<seg>" },
	{ ".@", "<seg>.<url><filled>" },
	{ "/.@/%2e@", "/<seg>.<url><filled>/<seg>.<url><end>" },
	{ "/%2E%2e/@", "/<seg>../<seg><url><end>" },
	{ "../@", "../<seg><url><end>" },
	{ "/a//@", "/a//<seg><url><end>" },
	{ "https://h.x:8080/a/@/b?q=@&@=@#@",
		"https://h.x:8080/a/<seg><url><filled>/b?q=<url>&<url>=<url>#<url>" },
	{ "http:@/x", "http:<seg><url><filled>/<seg>x" },
	{ "mailto:a%40b", "mailto:<seg>a%40b" },
	{ "a@", "<seg>a<url>" },
	{ "?a=@", "?a=<url>" },
	{ "#@", "#<url>" },
	{ "%{https%|http%}://h/@", "<seg><seg>https<seg>http://h/<seg><url><end>" },
	{ "/p%{?q=@%}", "/<seg>p?q=<url>" },
	{ "/@%{?q=@%}#x", "/<seg><url><end>?q=<url><end>#x" },
	{ "http://h%{/p/@%}?a=b", "http:/<seg>/h/p/<seg><url><end>?a=b" },
	{ "http://h%(/@%)", "http:/<seg>/h<filled>/<seg><url><end>" },
	{ "/b%(/@%)", "/<seg>b<filled>/<seg><url><end>" },
	{ "file://%(/@%)", "file:/<seg>/<filled>/<seg><url><end>" },
	{ "/%(@/%)x", "/<seg><url><filled>/<seg>x" },
	{ "/%{x/%}@/", "/<seg>x/<seg><url><filled>/<seg>" },
	{ "x?%(@=@&%)", "x?<url>=<url>&" },
	{ "http://[::1]:80/@", "http://[::1]:80/<seg><url><end>" },
	{ "http://[1:2:3:4:5:6:7:8]", "http:/<seg>/[1:2:3:4:5:6:7:8]" },
	{ "http://[1::]", "http:/<seg>/[1::]" },
	{ "http://[::ffff:1.2.3.4]", "http:/<seg>/[::ffff:1.2.3.4]" },
	{ "http://[v1.a:b]", "http:/<seg>/[v1.a:b]" },
	{ "//h/@", "//h/<seg><url><end>" },
	{ "/...@/x", "/<seg>...<url>/<seg>x" },
	{ "/a@/..", "/<seg>a<url>/<seg>.." },
	{ "/%{x%|y%}", "/<seg>xy" },
	{ "http://h%{a%|b%}/", "http:/<seg>/hab/<seg>" },
	{ "/@%{x%}/", "/<seg><url>x<filled>/<seg>" },
	{ "@.?", "<seg><url>.<filled>?" },
	{ "/.@./x", "/<seg>.<url>.<filled>/<seg>x" },
};

static const struct refused url_refused[] = {
	{ "@:b", 1, "a colon here would make a scheme of what stands before it" },
	{ "a@:b", 2, "a colon here would make a scheme of what stands before it" },
	{ "http://@/", 7, "a value cannot be a part of the host" },
	{ "http://h@", 8, "a value cannot be a part of the host" },
	{ "http://u:@h", 9, "a value cannot be a part of the host" },
	{ "1:2", 1, "a colon here would make a scheme of what stands before it" },
	{ "/a b", 2, "this character must be written as %XX in a URL" },
	{ "/\303\251", 1, "this character must be written as %XX in a URL" },
	{ "/%4", 1, "two hexadecimal digits follow %" },
	{ "/%4@", 1, "two hexadecimal digits follow %" },
	{ "/%zz", 1, "two hexadecimal digits follow %" },
	{ "/%", 1, "two hexadecimal digits follow %" },
	{ "?[", 1, "this character must be written as %XX in a URL" },
	{ "#a#", 2, "this character must be written as %XX in a URL" },
	{ "http://h:x/", 10, "the port before it is no number" },
	{ "http://h:x", 10, "the port is no number" },
	{ "http://a b/", 8, "this character must be written as %XX in a URL" },
	{ "http://[::1", 7, "no address of IPv6 stands between these brackets" },
	{ "http://[1::2::3]", 7, "no address of IPv6 stands between these brackets" },
	{ "http://[1:2:3:4:5:6:7:8:9]", 7, "no address of IPv6 stands between these brackets" },
	{ "http://[:1]", 7, "no address of IPv6 stands between these brackets" },
	{ "http://[::1.2.3.256]", 7, "no address of IPv6 stands between these brackets" },
	{ "http://[::1]x", 12, "a port is a number after a colon" },
	{ "http://[v.a]", 7, "no address of IPv6 stands between these brackets" },
	{ "http://h[", 8, "this character must be written as %XX in a URL" },
	{ "/%{?%}@", 6, "a block before it leaves open which part of the URL it is in" },
	{ "/%{?a%}b", 7,
		"one way through the block before it has ended this part of the URL, another has not" },
	{ "%{/v1%}/y", 7, "the path begins here one way, and goes on the other way" },
	{ "%{http://h%}/y", 12,
		"one way through the block before it has ended this part of the URL, another has not" },
	{ "%(/@%)", 2, "the path begins here one way, and goes on the other way" },
	{ "%{http%}://h", 8, "a colon here would make a scheme of what stands before it" },
	{ "http://h%{:80%}/", 13,
		"the ways through this block end in different parts of the host" },
	{ "http://h:%{x%|8%}/", 15,
		"the ways through this block end in different parts of the host" },
	{ "%{a:b/%|c%}:d", 11, "a colon here would make a scheme of what stands before it" },
	{ "//%{h%|@%}", 7, "a value cannot be a part of the host" },
	{ "%{//h%|/%}/x", 10,
		"one way through the block before it has ended this part of the URL, another has not" },
};

static const struct accepted shell_accepted[] = {
	{ "curl -sfL '@' -o /tmp/skill.md", "curl -sfL '<single>' -o /tmp/skill.md" },
	{ "docker build -t @/@:@ /workspace", "docker build -t <word>/<word>:<word> /workspace" },
	{ "echo 'x=@' > /tmp/m && aegis agent deploy /tmp/m",
		"echo 'x=<single>' > /tmp/m && aegis agent deploy /tmp/m" },
	{ "A=@ B=\"@\" cmd @", "A=<word> B=\"<double>\" cmd <word>" },
	{ "cat > @", "cat > <word>" },
	{ "cat 2> @ < @ @", "cat 2> <word> < <word> <word>" },
	{ "case @ in a|@) echo @ ;; (*) x;; esac",
		"case <word> in a|<word>) echo <word> ;; (*) x;; esac" },
	{ "case a in\nb) x @;;\nesac", "case a in\nb) x <word>;;\nesac" },
	{ "for i in @ b; do echo \"$i @\"; done",
		"for i in <word> b; do echo \"$i <double>\"; done" },
	{ "for i\ndo echo @; done", "for i\ndo echo <word>; done" },
	{ "if x @; then y @; elif z; then w; else v @; fi",
		"if x <word>; then y <word>; elif z; then w; else v <word>; fi" },
	{ "while read x; do echo @; done < @", "while read x; do echo <word>; done < <word>" },
	{ "echo \"${HOME}@\" $HOME@ \"$?@\" a$",
		"echo \"${HOME}<double>\" $HOME<word> \"$?<double>\" a$" },
	{ "echo $(date \"+%s\" | cat) \"$(echo 'a)' # )\n)\" @",
		"echo $(date \"+%s\" | cat) \"$(echo 'a)' # )\n)\" <word>" },
	{ "echo `x \\` y` @", "echo `x \\` y` <word>" },
	{ "echo ${x:-\"a\"} ${x#'}'} @", "echo ${x:-\"a\"} ${x#'}'} <word>" },
	{ "echo $((1+(2)*$x)) @", "echo $((1+(2)*$x)) <word>" },
	{ "cmd #x\ncmd @", "cmd #x\ncmd <word>" },
	{ "cat <<EOF > @\n$HOME ${x} it\nEOF\necho @",
		"cat <<EOF > <word>\n$HOME ${x} it\nEOF\necho <word>" },
	{ "cat <<-'E' | x @\n\t$(x\n\tE", "cat <<-'E' | x <word>\n\t$(x\n\tE" },
	{ "x <<\\E\n`\nE\n", "x <<\\E\n`\nE\n" },
	{ "echo @ \\\n  @", "echo <word> \\\n  <word>" },
	{ "cmd%{ -v%} @", "cmd -v <word>" },
	{ "%{sudo %}ls @", "sudo ls <word>" },
	{ "%{sudo%} ls @", "sudo ls <word>" },
	{ "%{curl%|wget%} @", "curlwget <word>" },
	{ "%{A=@ %}cmd @", "A=<word> cmd <word>" },
	{ "rm%( @%)", "rm <word>" },
	{ "rm %(@ %)", "rm <word> " },
	{ "%(rm @\n%)", "rm <word>\n" },
	{ "%(rm @; %)x @", "rm <word>; x <word>" },
	{ "\"$SUDO\" @", "\"$SUDO\" <word>" },
	{ "$SUDO x @", "$SUDO x <word>" },
	{ "( (ls @) )", "( (ls <word>) )" },
	{ "f() { echo @; }; f @", "f() { echo <word>; }; f <word>" },
	{ "{ echo @; }", "{ echo <word>; }" },
	{ "! x @", "! x <word>" },
	{ "echo @ >&2 2>&1 <>@ >|@ >>@ &", "echo <word> >&2 2>&1 <><word> >|<word> >><word> &" },
	{ "echo a;b @||c @&&d @|e @", "echo a;b <word>||c <word>&&d <word>|e <word>" },
	{ "export A=@ b@c", "export A=<word> b<word>c" },
	{ "echo [@]* \"@\"@'@' ~@ \\'@",
		"echo [<word>]* \"<double>\"<word>'<single>' ~<word> \\'<word>" },
	{ "a \"b\"@", "a \"b\"<word>" },
	{ "x \"%{a@%|b%}\"", "x \"a<double>b\"" },
	{ "x \"$a%{b%}c ${a}@\"", "x \"$abc ${a}<double>\"" },
	{ "\"a b\" @", "\"a b\" <word>" },
	{ "./x @", "./x <word>" },
	{ "x=1 # c", "x=1 # c" },
	{ "", "" },
	{ "echo \\\"@", "echo \\\"<word>" },
};

static const struct refused shell_refused[] = {
	{ "@", 0, "a value cannot be the name of a command, or a part of it" },
	{ "@ x", 0, "a value cannot be the name of a command, or a part of it" },
	{ "./@", 2, "a value cannot be the name of a command, or a part of it" },
	{ "a@ x", 1, "a value cannot be the name of a command, or a part of it" },
	{ "'@'", 1, "a value cannot be the name of a command, or a part of it" },
	{ "\"x@\"", 2, "a value cannot be the name of a command, or a part of it" },
	{ "$x@", 2, "a value cannot be the name of a command, or a part of it" },
	{ "echo x; @", 8, "a value cannot be the name of a command, or a part of it" },
	{ "a | @", 4, "a value cannot be the name of a command, or a part of it" },
	{ "a && @", 5, "a value cannot be the name of a command, or a part of it" },
	{ "a & @", 4, "a value cannot be the name of a command, or a part of it" },
	{ "a\n@", 2, "a value cannot be the name of a command, or a part of it" },
	{ "(@)", 1, "a value cannot be the name of a command, or a part of it" },
	{ "x $(@)", 4, "a value cannot stand in $( ), ${ }, $(( )) or `...`" },
	{ "! @", 2, "a value cannot be the name of a command, or a part of it" },
	{ "if @; then x; fi", 3, "a value cannot be the name of a command, or a part of it" },
	{ "if x; then @; fi", 11, "a value cannot be the name of a command, or a part of it" },
	{ "A=x @", 4, "a value cannot be the name of a command, or a part of it" },
	{ "A=x b@", 5, "a value cannot be the name of a command, or a part of it" },
	{ "A@=x y", 1, "a value cannot be the name of a command, or a part of it" },
	{ "2>f @", 4, "a value cannot be the name of a command, or a part of it" },
	{ ">f @", 3, "a value cannot be the name of a command, or a part of it" },
	{ "$SUDO @", 6, "a value cannot be the name of a command, or a part of it" },
	{ "$(x) @", 5, "a value cannot be the name of a command, or a part of it" },
	{ "\"$@\" x", 2, "the $ before it would make an expansion of it" },
	{ "\"${@}\" x", 2, "the name of a variable belongs after ${" },
	{ "{a,b} @", 1, "a blank belongs after {" },
	{ "A+=1 @", 2, "this may be an assignment, or the name of a command" },
	{ "a[0]=1 @", 4, "this may be an assignment, or the name of a command" },
	{ "$x{,} @", 6, "a value cannot be the name of a command, or a part of it" },
	{ "for @ in x; do y; done", 4, "a value cannot be the name of a variable" },
	{ "for i @ x; do y; done", 6, "`in` or `do` belongs here" },
	{ "for i x; do y; done", 7, "`in` or `do` belongs before this" },
	{ "case x @", 7, "`in` belongs here" },
	{ "case x in a) y;; esac; @", 23,
		"a value cannot be the name of a command, or a part of it" },
	{ "case x y", 8, "`in` belongs before this" },
	{ "case x in a", 11, "the template ends before what is open: a bracket, or `case`" },
	{ "echo \"$HOME@\"", 11, "the variable's name before it would go on: write ${name}" },
	{ "echo \"$1@\"", 8, "the variable's name before it would go on: write ${name}" },
	{ "echo $@", 6, "the $ before it would make an expansion of it" },
	{ "echo \"$@\"", 7, "the $ before it would make an expansion of it" },
	{ "echo \\@", 6, "the backslash before it would escape its first character" },
	{ "echo $(date @)", 12, "a value cannot stand in $( ), ${ }, $(( )) or `...`" },
	{ "echo \"$(date @)\"", 13, "a value cannot stand in $( ), ${ }, $(( )) or `...`" },
	{ "echo ${@}", 6, "the name of a variable belongs after ${" },
	{ "echo ${x:-@}", 10, "a value cannot stand in $( ), ${ }, $(( )) or `...`" },
	{ "echo $((@))", 8, "a value cannot stand in $( ), ${ }, $(( )) or `...`" },
	{ "echo `@`", 6, "a value cannot stand in $( ), ${ }, $(( )) or `...`" },
	{ "echo $((1)", 9, "two ) end what $(( begins" },
	{ "echo $((a;b))", 9, "this cannot stand in $(( ))" },
	{ "echo \"${x:-'a'}\"", 11, "what a quote means here differs from shell to shell" },
	{ "cmd # @", 6, "a value cannot stand in a comment" },
	{ "cat <<@\n", 4, "one plain word, quoted or not, belongs after <<" },
	{ "cat <<EOF\n@\nEOF\n", 9, "a here-document cannot hold values or blocks" },
	{ "cat <<EOF\nx\n", 9, "a here-document cannot hold values or blocks" },
	{ "cat <<EOF", 4, "one plain word, quoted or not, belongs after <<" },
	{ "cat <<E <<F\n", 8, "one here-document is all that a line may have" },
	{ "cat <<E\n$(x)\nE\n", 7,
		"commands within a here-document are not followed: quote the word after <<" },
	{ "cat <<E\nx\\\nE\n", 7,
		"a line of a here-document whose word is not quoted cannot end with a backslash" },
	{ "cat <<E\nE%{x%}", 11, "the line must end after the word that ends a here-document" },
	{ "$(cat <<E\n", 6, "a here-document cannot stand in an expansion" },
	{ "x <<E $(y\nE\nz) @", 9, "a here-document cannot begin within an expansion" },
	{ "echo \"@", 7, "the template ends within quotes" },
	{ "echo '@", 7, "the template ends within quotes" },
	{ "echo \\", 6, "the template ends after a backslash" },
	{ "(echo @", 7, "the template ends before what is open: a bracket, or `case`" },
	{ "echo @)", 6, "nothing is open here that ) could close" },
	{ "echo (@", 5, "no ( can stand here" },
	{ "((@))", 1, "what (( means differs from shell to shell" },
	{ "x $[@]", 3, "what this means after $ differs from shell to shell" },
	{ "x $'@'", 3, "what this means after $ differs from shell to shell" },
	{ "x $\"@\"", 3, "what this means after $ differs from shell to shell" },
	{ "x <(y)", 3, "no ( can stand here" },
	{ "x <<<@", 2, "one plain word, quoted or not, belongs after <<" },
	{ "x >&@", 4, "a value cannot be the number of a file" },
	{ "x > ; y", 4, "no operator can stand here" },
	{ "x >", 3, "the template ends before a word that must follow" },
	{ "x >\n", 3, "this line cannot end here" },
	{ "[[ @ ]]", 2, "what this word means here differs from shell to shell" },
	{ "time @", 4, "what this word means here differs from shell to shell" },
	{ "function f", 8, "what this word means here differs from shell to shell" },
	{ "x ;; y", 2, "no `case` is open here" },
	{ "esac", 4, "no `case` is open here" },
	{ "cmd%{ -v%}@", 10, "a value cannot be the name of a command, or a part of it" },
	{ "%{if%|echo%} @", 10,
		"the ways through this block end in different places of a command" },
	{ "x%{\"%}", 4, "a quote, bracket, comment or redirection begins one way only" },
	{ "%{# %}x", 4, "a quote, bracket, comment or redirection begins one way only" },
	{ "x%{ > f%|>%}", 10, "the ways through this block end in different places of a command" },
	{ "%{x%}#", 5, "a block before it leaves open whether this is a comment" },
	{ "x%{ y%}=z", 7, "a block before it leaves open whether this is an assignment" },
	{ "%{A=1%|x%}=y", 10, "a block before it leaves open whether this is a word of its own" },
	{ "%{x %}@", 6, "a value cannot be the name of a command, or a part of it" },
	{ "%{x%}y", 5, "a block before it leaves open whether this is a word of its own" },
	{ "echo $\\\n(x)", 6, "no line can be broken after $" },
	{ "echo \"$x\\\n@\"", 8, "no line can be broken after the name of a variable" },
	{ "x ${ a;}", 3, "the name of a variable belongs after ${" },
};

/* ---- Functions ----------------------------------------------------------------------------- */

/* A function called where @before leaves off, in which @body stands; then @after. */
static const char *through(struct trace *t, const char *before, const char *body, const char *after)
{
	struct mode_out out = { add_text, add_op, t };

	*t = (struct trace){ .from = before, .at = before };
	mode_begin(&t->m, AEG_MODE_JSON);
	follow(t, &out);
	struct mode outer = t->m, inner = mode_call(&t->m, &out);
	outer = t->m;
	t->m = inner;
	t->at = t->from = body;
	follow(t, &out);
	if (t->error.what == NULL && !wrong(t, mode_return(&outer, &t->m))) {
		t->m = outer;
		t->at = t->from = after;
		follow(t, &out);
	}
	if (t->error.what == NULL)
		(void)wrong(t, mode_end(&t->m, &out));
	return t->error.what;
}

static void a_function_writes_what_stands_in_its_place(void **state)
{
	struct trace t;

	(void)state;
	assert_null(through(&t, "[ 1, ", "@, 2", ", 3]"));
	assert_string_equal(t.out, "[<[><,> 1 <,><value><,> 2<,> 3<]>]");
	assert_null(through(&t, "{\"a\": ", "[@]", "}"));
	assert_null(through(&t, "[[{\"a\": \"", "x@", "y\"}]]"));
	assert_string_equal(t.out, "[<[><,>[<[><,>{<[><,>\"a\": \"x<string>y\"<]>}<]>]<]>]");
	assert_string_equal(through(&t, "[", "1]", ""),
		"what ends here began outside of this block or partial");
	assert_string_equal(through(&t, "[", "[1", "]]"),
		"a partial ends within an array or object that it begins");
	assert_string_equal(through(&t, "", "[", "1]"),
		"a partial ends within an array or object that it begins");
	assert_string_equal(
		through(&t, "{\"a\":", "\"b", "}"), "the template ends within an array or object");
}

static void a_function_is_the_same_however_deep_it_is_called(void **state)
{
	struct trace outer = { 0 };
	struct mode_out out = { add_text, add_op, &outer };
	struct mode first, second;

	(void)state;
	mode_begin(&outer.m, AEG_MODE_JSON);
	assert_null(mode_text(&outer.m, "{\"k\":[", 6, &out).what);
	first = mode_call(&outer.m, &out);
	outer.m = first;
	assert_null(mode_text(&outer.m, "{\"k\":[", 6, &out).what);
	second = mode_call(&outer.m, &out);
	assert_true(mode_equal(&first, &second));
}

/* What no way leads to is anything that the other ways are. */
static void never_joins_with_everything(void **state)
{
	struct trace t = { 0 };
	struct mode_out out = { add_text, add_op, &t };

	(void)state;
	for (int mode = AEG_MODE_TEXT; mode <= AEG_MODE_SHELL; mode++) {
		struct mode m, never;
		enum aegf_escape escape;
		mode_begin(&m, (enum aeg_template_mode)mode);
		never = m;
		mode_never(&never);
		assert_null(mode_text(&never, "]\"'} ", 5, &out).what);
		assert_null(mode_hole(&never, 0, &out, &escape).what);
		mode_enter(&never, &out);
		mode_leave(&never, &m);
		assert_null(mode_end(&never, &out).what);
		struct mode a = m, b = never;
		assert_null(mode_join(&a, &never).what);
		assert_true(mode_equal(&a, &m));
		assert_null(mode_join(&b, &m).what);
		assert_true(mode_equal(&b, &m));
	}
}

static void text_and_html_take_everything(void **state)
{
	struct trace t;

	(void)state;
	trace(&t, AEG_MODE_TEXT, "\"@ '%{@%}%(\377%)");
	assert_null(t.error.what);
	assert_string_equal(t.out, "\"<raw> '<raw>\377");
	trace(&t, AEG_MODE_HTML, "<a href='@'>");
	assert_string_equal(t.out, "<a href='<html>'>");
}

static void json(void **state)
{
	(void)state;
	accept_all(AEG_MODE_JSON, json_accepted, LENGTH(json_accepted));
	refuse_all(AEG_MODE_JSON, json_refused, LENGTH(json_refused));
}

static void url(void **state)
{
	(void)state;
	accept_all(AEG_MODE_URL, url_accepted, LENGTH(url_accepted));
	refuse_all(AEG_MODE_URL, url_refused, LENGTH(url_refused));
}

static void shell(void **state)
{
	(void)state;
	accept_all(AEG_MODE_SHELL, shell_accepted, LENGTH(shell_accepted));
	refuse_all(AEG_MODE_SHELL, shell_refused, LENGTH(shell_refused));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_html_take_everything),
		cmocka_unit_test(json),
		cmocka_unit_test(url),
		cmocka_unit_test(shell),
		cmocka_unit_test(a_function_writes_what_stands_in_its_place),
		cmocka_unit_test(a_function_is_the_same_however_deep_it_is_called),
		cmocka_unit_test(never_joins_with_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
