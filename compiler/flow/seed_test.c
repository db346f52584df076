/*
 * Workflows over vendors' descriptions, where they are at hand: a right one has no finding; with a
 * mistake of the kinds that are made it has that one, at its line, and no other.
 */
#define _POSIX_C_SOURCE 200809L
#include "flow/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A mistake: @from becomes @to, and the finding stands at the line of @mark. */
struct seed {
	const char *finding, *from, *to, *mark;
};
enum { SEEDS = 5 };
struct vendor {
	const char *file;     /* below suites/openapi */
	const char *required; /* members of the input */
	const char *members;
	const char *steps;
	struct seed seeds[SEEDS]; /* field, parameter, type, step that never runs, operation */
};

#define RENAMED(from, to) \
	{ \
		"path_may_select_nothing", from, to, to \
	}
#define REFUSED(from, to) \
	{ \
		"path_selects_nothing", from, to, to \
	}
#define MISSING(from, step) \
	{ \
		"missing_step_parameter", from, "", "name: " step "\n" \
	}
#define LACKS(from, mark) \
	{ \
		"missing_member", from, "", mark \
	}
#define WRONG(from, to) \
	{ \
		"wrong_value", from, to, to \
	}
#define NEVER(from) \
	{ \
		"step_never_run", from, "when: '{{1 > 2}}'\n      " from, "when: '{{1 > 2}}'" \
	}
#define ALWAYS_FALSE(from) \
	{ \
		"step_never_run", "when: " from, "when: '{{1 > 2}}'", "when: '{{1 > 2}}'" \
	}
#define MISSPELT(from, to) \
	{ \
		"unknown_step_operation", from, to, to \
	}

static const struct vendor vendors[] = {
	{ "github/api.github.com.json.gz", "org, title",
		"org: { type: string }, title: { type: string }",
		"- name: repos\n"
		"  operation_id: repos/list-for-org\n"
		"  parameters: { org: '{{input.org}}', per_page: 5 }\n"
		"  extractors:\n"
		"    owner: $[0].owner.login\n"
		"    repo: $[0].name\n"
		"- name: open\n"
		"  operation_id: issues/create\n"
		"  when: '{{steps.repos.repo && steps.repos.owner}}'\n"
		"  parameters:\n"
		"    owner: '{{steps.repos.owner}}'\n"
		"    repo: '{{steps.repos.repo}}'\n"
		"  body: { title: '{{input.title}}', labels: [triage] }\n"
		"- name: list\n"
		"  operation_id: issues/list-for-repo\n"
		"  parameters: { owner: '{{input.org}}', repo: tools, state: open }\n"
		"  extractors: { numbers: { path: '$[*].number', all: true } }\n",
		{ RENAMED("$[0].name", "$[0].nmae"), MISSING("org: '{{input.org}}', ", "repos"),
			WRONG("per_page: 5", "per_page: few"), NEVER("operation_id: issues/list"),
			MISSPELT("issues/create", "issues/creat") } },
	{ "stripe/spec3.yaml.gz", "email", "email: { type: string }",
		"- name: find\n"
		"  operation_id: GetCustomersSearch\n"
		"  parameters: { query: \"email:'{{input.email}}'\" }\n"
		"  extractors: { id: '$.data[0].id' }\n"
		"- name: invoices\n"
		"  operation_id: GetInvoices\n"
		"  parameters:\n"
		"    customer: '{{steps.find.id}}'\n"
		"    status: open\n"
		"  extractors: { due: { path: '$.data[*].amount_due', all: true } }\n",
		{ RENAMED("[*].amount_due", "[*].amount_deu"),
			MISSING("query: \"email:'{{input.email}}'\"", "find"),
			WRONG("status: open", "status: opened"), NEVER("operation_id: GetInvoices"),
			MISSPELT("GetCustomersSearch", "GetCustomerSearch") } },
	{ "twilio/twilio_video_v1.json", "status", "status: { type: string }",
		"- name: rooms\n"
		"  operation_id: ListRoom\n"
		"  parameters: { Status: in-progress }\n"
		"  extractors: { sid: '$.rooms[0].sid' }\n"
		"- name: people\n"
		"  operation_id: ListRoomParticipant\n"
		"  when: '{{steps.rooms.sid}}'\n"
		"  parameters: { RoomSid: '{{steps.rooms.sid}}' }\n"
		"  extractors: { sid: '$.participants[0].sid' }\n"
		"- name: leave\n"
		"  operation_id: UpdateRoomParticipant\n"
		"  for_each: { in: '{{input.sids}}', limit: 10 }\n"
		"  parameters: { RoomSid: RM1, Sid: '{{item}}' }\n"
		"  body: { Status: disconnected }\n",
		{ RENAMED("participants[0].sid", "participants[0].id"),
			MISSING("RoomSid: '{{steps.rooms.sid}}'", "people"),
			WRONG("Status: disconnected", "Status: gone"),
			NEVER("operation_id: UpdateRoom"),
			MISSPELT("ListRoom\n", "ListRooms\n") } },
	{ "adyen/CheckoutService-v72.json", "value, ref",
		"value: { type: integer }, ref: { type: string }",
		"- name: link\n"
		"  operation_id: post-paymentLinks\n"
		"  body:\n"
		"    amount: { currency: EUR, value: '{{input.value}}' }\n"
		"    merchantAccount: Shop\n"
		"    reference: '{{input.ref}}'\n"
		"  extractors: { id: $.id, url: $.url }\n"
		"- name: expire\n"
		"  operation_id: patch-paymentLinks-linkId\n"
		"  parameters: { linkId: '{{steps.link.id}}' }\n"
		"  body_template: '{ \"status\": \"expired\" }'\n",
		{ REFUSED("url: $.url", "url: $.link"),
			MISSING("parameters: { linkId: '{{steps.link.id}}' }", "expire"),
			WRONG("currency: EUR", "currency: 978"), NEVER("operation_id: patch-pay"),
			MISSPELT("post-paymentLinks", "post-paymentLink") } },
	{ "discord/openapi.json.gz", "name", "name: { type: string }",
		"- name: me\n"
		"  operation_id: get_my_application\n"
		"  extractors: { id: $.id }\n"
		"- name: list\n"
		"  operation_id: list_application_emojis\n"
		"  parameters: { application_id: '{{steps.me.id}}' }\n"
		"  extractors: { emoji: '$.items[0].id', names: { path: '$.items[*].name', all: true } }\n"
		"- name: emoji\n"
		"  operation_id: get_application_emoji\n"
		"  when: '{{length(steps.list.names) > 0}}'\n"
		"  parameters: { application_id: '{{steps.me.id}}', emoji_id: 'x{{steps.list.emoji}}' }\n"
		"- name: commands\n"
		"  operation_id: list_application_commands\n"
		"  parameters:\n"
		"    application_id: '{{steps.me.id}}'\n"
		"    with_localizations: true\n",
		{ RENAMED("$.items[0].id", "$.emojis[0].id"),
			MISSING("application_id: '{{steps.me.id}}', ", "emoji"),
			WRONG("localizations: true", "localizations: yep"),
			NEVER("operation_id: list_application_commands"),
			MISSPELT("get_my_application", "get_my_aplication") } },
	{ "box/openapi.json.gz", "file, text", "file: { type: string }, text: { type: string }",
		"- name: file\n"
		"  operation_id: get_files_id\n"
		"  parameters: { file_id: '{{input.file}}' }\n"
		"  extractors: { id: $.id, name: $.name }\n"
		"- name: comment\n"
		"  operation_id: post_comments\n"
		"  body_template: |\n"
		"    { \"message\": \"{{input.text}} ({{steps.file.name}})\",\n"
		"      \"item\": { \"id\": {{json input.file}},\n"
		"        \"type\": \"file\" } }\n",
		{ RENAMED("name: $.name", "name: $.nmae"),
			MISSING("parameters: { file_id: '{{input.file}}' }", "file"),
			WRONG("\"type\": \"file\"", "\"type\": 1"),
			NEVER("operation_id: post_comments"),
			MISSPELT("post_comments", "post_comment") } },
	{ "figma/openapi.yaml", "team, text", "team: { type: string }, text: { type: string }",
		"- name: projects\n"
		"  operation_id: getTeamProjects\n"
		"  parameters: { team_id: '{{input.team}}' }\n"
		"  extractors: { id: '$.projects[0].id' }\n"
		"- name: files\n"
		"  operation_id: getProjectFiles\n"
		"  when: '{{steps.projects.id}}'\n"
		"  parameters: { project_id: '{{steps.projects.id}}' }\n"
		"  extractors: { key: '$.files[0].key' }\n"
		"- name: comment\n"
		"  operation_id: postComment\n"
		"  when: '{{steps.files.key}}'\n"
		"  parameters: { file_key: '{{state.[files.key]}}' }\n"
		"  body:\n"
		"    message: '{{input.text}}'\n"
		"- name: me\n"
		"  operation_id: getMe\n",
		{ RENAMED("$.files[0].key", "$.files[0].kye"),
			MISSING("project_id: '{{steps.projects.id}}'", "files"),
			WRONG("message: '{{input.text}}'", "message: ['{{input.text}}']"),
			NEVER("operation_id: getMe"), MISSPELT("postComment", "postComments") } },
	{ "xero/xero_assets.yaml", "tenant, asset",
		"tenant: { type: string }, asset: { type: string }",
		"- name: types\n"
		"  operation_id: getAssetTypes\n"
		"  parameters: { xero-tenant-id: '{{input.tenant}}' }\n"
		"  extractors: { type: '$[0].assetTypeId' }\n"
		"- name: add\n"
		"  operation_id: createAsset\n"
		"  when: '{{steps.types.type}}'\n"
		"  parameters: { xero-tenant-id: '{{input.tenant}}' }\n"
		"  body:\n"
		"    assetName: '{{input.asset}}'\n"
		"    assetTypeId: '{{steps.types.type}}'\n"
		"    purchasePrice: 100.5\n",
		{ RENAMED("$[0].assetTypeId", "$[0].assetTypeID"),
			LACKS("assetName: '{{input.asset}}'\n        ", "assetTypeId: '"),
			WRONG("purchasePrice: 100.5", "purchasePrice: cheap"),
			ALWAYS_FALSE("'{{steps.types.type}}'"),
			MISSPELT("createAsset", "createAssets") } },
	{ "scalar-galaxy/galaxy.yaml", "id", "id: { type: integer }",
		"- name: planet\n"
		"  operation_id: getPlanet\n"
		"  parameters: { planetId: '{{input.id}}' }\n"
		"  extractors: { id: $.id, name: $.name }\n"
		"- name: rename\n"
		"  operation_id: updatePlanet\n"
		"  parameters: { planetId: '{{steps.planet.id}}' }\n"
		"  body: { id: '{{input.id}}', name: 'New {{steps.planet.name}}',\n"
		"    type: gas_giant }\n",
		{ REFUSED("name: $.name", "name: $.title"),
			MISSING("parameters: { planetId: '{{steps.planet.id}}' }", "rename"),
			WRONG("type: gas_giant", "type: gas"), NEVER("operation_id: updatePlanet"),
			MISSPELT("updatePlanet", "renamePlanet") } },
	{ "apis-guru/asana.com.json", "workspace, name",
		"workspace: { type: string }, name: { type: string }",
		"- name: goals\n"
		"  operation_id: getGoals\n"
		"  parameters: { workspace: '{{input.workspace}}', limit: 1 }\n"
		"  extractors: { gid: '$.data[0].gid' }\n"
		"- name: change\n"
		"  operation_id: updateGoal\n"
		"  when: '{{steps.goals.gid}}'\n"
		"  parameters:\n"
		"    goal_gid: '{{steps.goals.gid}}'\n"
		"  body:\n"
		"    data: { name: '{{input.name}}' }\n",
		{ RENAMED("$.data[0].gid", "$.data[0].id"),
			MISSING("goal_gid: '{{steps.goals.gid}}'", "change"),
			WRONG("name: '{{input.name}}' }", "name: ['{{input.name}}'] }"),
			ALWAYS_FALSE("'{{steps.goals.gid}}'"), MISSPELT("getGoals", "getGaols") } },
};

/* ---- Reading ------------------------------------------------------------------------------- */

/* The description, in memory for all of its workflows. */
static struct slice description(struct arena *a, const char *file)
{
	enum { PIECE = 1 << 16 };
	const char *shared = getenv("AEGIS_SHARED");
	char command[1024];
	if (shared == NULL)
		skip();
	snprintf(command, sizeof command, "gzip -dcf '%s/suites/openapi/%s'", shared, file);
	struct buf b = { .arena = a };
	FILE *f = popen(command, "r");
	assert_non_null(f);
	for (size_t n = PIECE; n > 0; b.len -= PIECE - n)
		n = fread(buf_take(&b, PIECE), 1, PIECE, f);
	assert_int_equal(pclose(f), 0);
	return buf_done(&b);
}

static const char *workflow(struct arena *a, const struct vendor *v, const char *name)
{
	struct buf b = { .arena = a };
	buf_printf(&b,
		"apiVersion: seal.100monkeys.ai/v1\n"
		"kind: ApiSpec\n"
		"metadata: { name: api }\n"
		"spec: { source: %s, base_url: 'https://api.example.com',\n"
		"  credential_path: { StaticRef: { key: api } } }\n"
		"---\n"
		"apiVersion: seal.100monkeys.ai/v1\n"
		"kind: ToolWorkflow\n"
		"metadata: { name: vendor.tool }\n"
		"spec:\n"
		"  description: Several calls\n"
		"  api_spec: api\n"
		"  input_schema:\n"
		"    type: object\n"
		"    additionalProperties: false\n"
		"    required: [sids, %s]\n"
		"    properties: { %s, sids: { type: array, items: { type: string } } }\n"
		"  steps:\n",
		name, v->required, v->members);
	for (const char *line = v->steps, *end; *line != 0; line = end) {
		end = strchr(line, '\n') + 1;
		buf_printf(&b, "    %.*s", (int)(end - line), line);
	}
	return buf_done(&b).at;
}

/* The findings of @text. */
static const char *findings(struct arena *a, struct slice api, const char *name, const char *text)
{
	struct run *r = run_begin();
	sources_add_text(&r->s, name, api);
	run_read(r, text);
	const char *found = buf_copy(a, slice_of(run_findings(r, false))).at;
	run_end(r);
	return found;
}

/* @text with the first @from as @to. */
static const char *changed(struct arena *a, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct buf b = { .arena = a };
	if (at == NULL)
		fail_msg("no `%s` in\n%s", from, text);
	buf_printf(&b, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return buf_done(&b).at;
}

static unsigned line_of(const char *text, const char *mark)
{
	const char *at = strstr(text, mark);
	unsigned line = 1;
	assert_non_null(at);
	for (; at > text; at--)
		line += at[-1] == '\n';
	return line;
}

/* ---- Tests --------------------------------------------------------------------------------- */

static void wrong_findings(const char *text, const char *want, const char *found)
{
	print_error("%s", text);
	print_error("wanted:\n%sfound:\n%s", want, found);
	fail();
}

static void check_vendor(void **state)
{
	const struct vendor *v = *state;
	struct arena a = { .limit = 1 << 28, .fail = run_no_memory };
	struct slice api = description(&a, v->file);
	const char *name = strstr(v->file, ".json") != NULL ? "api.json" : "api.yaml";
	const char *text = workflow(&a, v, name);
	const char *found = findings(&a, api, name, text);
	if (*found != 0)
		wrong_findings(text, "", found);
	for (int i = 0; i < SEEDS; i++) {
		const struct seed *s = &v->seeds[i];
		const char *wrong = changed(&a, text, s->from, s->to);
		char want[128];
		snprintf(want, sizeof want, "%s %u\n", s->finding, line_of(wrong, s->mark));
		found = findings(&a, api, name, wrong);
		if (strcmp(found, want) != 0)
			wrong_findings(wrong, want, found);
	}
	arena_free(&a);
}

int main(void)
{
	enum { N = sizeof vendors / sizeof *vendors };
	struct CMUnitTest tests[N];
	for (int i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){ vendors[i].file, check_vendor, NULL, NULL,
			(void *)(uintptr_t)&vendors[i] };
	return cmocka_run_group_tests_name("seeded mistakes", tests, NULL, NULL);
}
