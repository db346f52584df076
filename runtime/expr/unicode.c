/* Unicode's general categories, from a table that tools/unicode-categories makes. */
#include "unicode.h"

static const uint8_t runs[] = {
#include "unicode.def"
};

/* As the table counts them. `Cs` has no name in RFC 9485, as no text has surrogates. */
static const char names[][3] = { "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No",
	"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc",
	"Cf", "--", "Co", "Cn" };

uint32_t unicode_categories(const char *name, uint32_t len)
{
	uint32_t mask = 0;

	for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((len == 1 || (len == 2 && name[1] == names[i][1])) && name[0] == names[i][0])
			mask |= 1u << i;
	return mask;
}

/* Length and category of the run at *io_at. */
static uint32_t run(uint32_t *io_at, uint32_t *ret_category)
{
	uint8_t byte = runs[(*io_at)++];
	uint32_t n = byte >> 5;

	*ret_category = byte & 31;
	if (n != 0)
		return n;
	for (uint32_t shift = 0;; shift += 7) {
		byte = runs[(*io_at)++];
		n |= (byte & 127u) << shift;
		if (byte < 128)
			return n;
	}
}

int unicode_next(struct unicode_walk *w, uint32_t *ret_lo, uint32_t *ret_hi)
{
	uint32_t category, n;
	int open = 0;

	while (w->at < sizeof runs) {
		uint32_t before = w->at;
		n = run(&w->at, &category);
		if (w->mask >> category & 1) {
			if (!open)
				*ret_lo = w->point;
			open = 1;
		} else if (open) {
			w->at = before;
			break;
		}
		w->point += n;
	}
	if (open)
		*ret_hi = w->point - 1;
	return open;
}
