/* What is told of a URL that is over: -w. */
#ifndef PEEL_TRANSFER_TELL_H
#define PEEL_TRANSFER_TELL_H

#include "output/writeout.h"
#include "transfer/run.h"

/* To stdout behind the body, what %{stderr} turned away to stderr, what %output{} did to files. err is filled (23) when
 * that cannot be written. */
void tell_write_out(struct run *run, const struct fetch_result *result, struct error *err);

#endif
