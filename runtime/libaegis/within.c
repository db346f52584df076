/* Whether one context is within another: docs/semantics.md, section 7, from the bundle's tables. */
#include "internal.h"

static const struct aegf_ceiling *ceiling_at(const struct aeg_bundle *b, uint32_t context)
{
	return aegi_at(b, AEGF_CEILINGS, context, struct aegf_ceiling);
}

/* Where @parent stands among what @c is within; NULL: it is not there. */
static const struct aegf_parent *find_parent(
	const struct aeg_bundle *b, const struct aegf_ceiling *c, uint32_t parent)
{
	const struct aegf_parent *v =
		aegi_at(b, AEGF_PARENTS, aeg_ld32(c->parents.first), struct aegf_parent);
	uint32_t lo = 0, hi = aeg_ld32(c->parents.count);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (aeg_ld32(v[mid].context) == parent)
			return &v[mid];
		if (aeg_ld32(v[mid].context) < parent)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void show(const struct aeg_bundle *b, uint32_t witness, struct aeg_ceiling *ret)
{
	const struct aegf_witness *w = aegi_at(b, AEGF_WITNESSES, witness, struct aegf_witness);

	ret->tool = aegi_str(b, w->tool);
	ret->args = aegi_str(b, w->args);
}

static int denies(const struct aeg_bundle *b, uint32_t context, const struct aegf_witness *w)
{
	struct aeg_json_tok tok[AEGF_WITNESS_ARGS + 1]; /* as many as aeg_json_bound asks for */
	struct aeg_str args = aegi_str(b, w->args);
	struct aeg_json json;
	struct aeg_call call = { .size_of = sizeof call,
		.context = context,
		.tool = aegi_str(b, w->tool),
		.args = &json };
	struct aeg_verdict v;

	aeg_json_scan(&json, args.at, args.len, tok, sizeof tok / sizeof *tok);
	return aeg_decide(b, &call, &v) == AEG_OK && v.kind == AEG_DENY;
}

/* Nothing says that @parent allows all of it: looks for a call that it denies. */
static void find_witness(const struct aeg_bundle *b, const struct aegf_ceiling *c, uint32_t parent,
	struct aeg_ceiling *ret)
{
	uint32_t first = aeg_ld32(c->witnesses.first), n = aeg_ld32(c->witnesses.count);

	for (uint32_t i = first; i < first + n; i++)
		if (denies(b, parent, aegi_at(b, AEGF_WITNESSES, i, struct aegf_witness))) {
			ret->wider = AEG_WIDER_CALLS;
			show(b, i, ret);
			return;
		}
}

_Static_assert((int)AEGF_LOOSER_RATE + 1 == (int)AEG_WIDER_RATE &&
		       (int)AEGF_LOOSER_RESULTS + 1 == (int)AEG_WIDER_RESULTS,
	"AEG_WIDER_* number the limits as the bundle does, after the calls");

static void from_tables(
	const struct aeg_bundle *b, uint32_t child, uint32_t parent, struct aeg_ceiling *ret)
{
	const struct aegf_ceiling *c;
	const struct aegf_parent *p;
	uint32_t looser;

	child = aeg_ld32(ceiling_at(b, child)->same);
	parent = aeg_ld32(ceiling_at(b, parent)->same);
	c = ceiling_at(b, child);
	p = find_parent(b, c, parent);
	looser = p == NULL ? 0 : aeg_ld32(p->looser);
	ret->within = child == parent || (p != NULL && looser == 0);
	if (ret->within)
		return;
	if (p == NULL) {
		find_witness(b, c, parent, ret);
		return;
	}
	ret->wider = (enum aeg_wider)(looser + 1);
	if (aeg_ld32(p->witness) != AEGF_NONE)
		show(b, aeg_ld32(p->witness), ret);
}

enum aeg_status aeg_within(
	const struct aeg_bundle *b, uint32_t child, uint32_t parent, struct aeg_ceiling *ret)
{
	const uint32_t n = aegi_count(b, AEGF_CONTEXTS), size_of = ret->size_of;

	if (size_of != sizeof *ret)
		return AEG_USAGE;
	*ret = (struct aeg_ceiling){ .size_of = size_of, .tool.at = "", .args.at = "" };
	if ((child >= n && child != AEG_NONE) || (parent >= n && parent != AEG_NONE))
		return AEG_USAGE;
	if (child == AEG_NONE || parent == AEG_NONE)
		return AEG_OK;
	if (aegi_count(b, AEGF_CEILINGS) == 0) {
		ret->within = child == parent;
		return child == parent ? AEG_OK : AEG_NO_CEILING;
	}
	from_tables(b, child, parent, ret);
	return AEG_OK;
}
