/* State machines, stepped: what is asked for, what follows, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>
#include <stdio.h>

#include "machine/stepped_test.h"
int main(int argc, char **argv)
{
	static struct stepped b;
	static struct stepper c;
	struct aeg_machines ms;
	static uint64_t mem[1 << 16];
	stepped_make(&b, stepped_all);
	struct buf out = { .arena = &b.a };
	diag_render_text(&b.d, &out, false);
	fwrite(out.at, 1, out.len, stdout);
	printf("section %u\n", b.section.len);
	printf("open %d\n", stepped_open(b.section.at, b.section.len, &ms));
	c.m.mem = mem;
	c.m.mem_size = sizeof mem;
	c.m.steps = 1000000;
	c.log.arena = &b.a;
	c.outcomes = (const char *const *)(argv + 1);
	(void)argc;
	printf("begin %d\n", stepper_begin(&c, &ms, 0, "{\"task\":\"T\"}"));
	int w = stepper_run(&c);
	fwrite(c.log.at, 1, c.log.len, stdout);
	printf("want %d %s %d\n", w, c.m.what ? c.m.what : "", c.m.status);
	if (w == AEG_MACHINE_DONE)
		printf("%.*s\n", (int)aeg_machine_result(&c.m).len, aeg_machine_result(&c.m).at);
}
