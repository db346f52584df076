/* The tools that vectors.def is about. */
static const char *const vector_tools[] = {
	BUILT_TOOL("kubectl", "kubectl", "[get, describe, logs, config view]")
	"  argv:\n"
	"    flags:\n"
	"      - { name: --namespace, short: -n, value: pattern, pattern: '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?' }\n"
	"      - { name: --output, short: -o, value: enum, words: [json, yaml, wide, name] }\n"
	"      - { name: --selector, short: -l, value: text, repeatable: true }\n"
	"    subcommands:\n"
	"      - name: get\n"
	"        flags:\n"
	"          - { name: --watch, short: -w, conflicts: [--limit] }\n"
	"          - { name: --all-namespaces, short: -A, conflicts: [--namespace] }\n"
	"          - { name: --limit, value: integer, from: 1, to: 500 }\n"
	"        positionals:\n"
	"          - { name: kind, value: enum, words: [pods, services, deployments] }\n"
	"          - { name: names, value: pattern, pattern: '[a-z0-9.-]+', min: 0, max: 3 }\n"
	"      - name: logs\n"
	"        flags: [{ name: --tail, value: integer, from: 1, to: 1000, required: true }]\n"
	"        positionals: [{ name: pod, value: pattern, pattern: '[a-z0-9-]+' }]\n"
	"        double_dash: false\n",
	BUILT_TOOL("repo", "git", "[log, show, diff, add, fetch]")
	"  argv:\n"
	"    before: [{ name: --no-pager }]\n"
	"    subcommands:\n"
	"      - name: log\n"
	"        flags: [{ name: --oneline }, { name: --max-count, short: -n, value: integer, from: 1, to: 100 },\n"
	"          { name: --color, value: enum, words: [always, never], optional_value: true }]\n"
	"        positionals: [{ name: paths, value: path, below: [/workspace], min: 0, max: 100 }]\n"
	"      - name: add\n"
	"        positionals: [{ name: paths, value: path, below: [/workspace/src, /data], min: 1, max: 10 }]\n"
	"      - name: fetch\n"
	"        positionals:\n"
	"          - { name: url, value: url, hosts: [git.example.com, '*.mirror.example', '[2001:db8::1]', 192.0.2.7] }\n"
	"          - { name: ref, value: pattern, pattern: 'refs/heads/[a-z]+', min: 0 }\n",
	BUILT_TOOL("infra", "terraform", "[plan, show, version]")
	"  argv:\n"
	"    flags: [{ name: -no-color }, { name: -json }]\n"
	"    subcommands:\n"
	"      - name: plan\n"
	"        flags: [{ name: -target, value: pattern, pattern: '[a-z_.]+', repeatable: true }]\n",
	BUILT_TOOL("reports", "reports", "[monthly]")
	"  argv:\n"
	"    subcommands:\n"
	"      - name: monthly\n"
	"        positionals:\n"
	"          - { name: to, value: host, hosts: [example.com] }\n"
	"          - { name: file, value: text, min: 0, stdin: true, response_file: false }\n",
	BUILT_TOOL("git", "git", "[log, show, diff, status, clone, fetch, grep, commit, archive, remote, rebase, ls-remote]"),
	BUILT_TOOL("gh", "gh", "[pr, issue, api, repo, run]"),
	BUILT_TOOL("docker", "docker", "[ps, run, build, images, inspect, compose, container]"),
	BUILT_TOOL("k8s", "kubectl", "[get, apply, delete, config]"),
	BUILT_TOOL("tf", "terraform", "[plan, apply, init, state, workspace]"),
	BUILT_TOOL("aws", "aws", "[s3, s3api, ec2, sts, iam]"),
	BUILT_TOOL("gcloud", "gcloud", "[compute, projects, container]"),
	BUILT_TOOL("az", "az", "[vm, group, account, aks]"),
	BUILT_TOOL("helm", "helm", "[list, status, install, repo]"),
	BUILT_TOOL("npm", "npm", "[install, ls, view, ci]"),
	BUILT_TOOL("pip", "pip", "[install, list, show]"),
	BUILT_TOOL("cargo", "cargo", "[build, check, tree]"),
	BUILT_TOOL("go", "go", "[build, vet, list, mod]"),
	BUILT_TOOL("box", "toolbox",
		"[curl, ssh, tar, find, rsync, psql, make, grep, sed, jq, wget, mysql, sqlite3]"),
	NULL,
};
