/* --tls-report, --tls-warn-days and %{tls_json}: shows a report of each request, says when a certificate ends soon, and
 * keeps the last report for -w. */
#ifndef PEEL_INSIGHT_REPORT_VIEW_H
#define PEEL_INSIGHT_REPORT_VIEW_H

#include "base/trace.h"
#include "output/console.h"

struct report_view;

struct report_plan {
    enum report_form form;
    const char *path;  /* NULL: stdout */
    uint64_t epoch_us; /* when the trace's clock was 0, microseconds since 1970 */
    int warn_days;     /* negative: not asked for */
    bool is_plain;     /* no colours, a terminal or not */
    bool keeps_json;   /* report_view_last will be asked for */
};

/* Console, trace and the plan's texts must outlive it. */
struct report_view *report_view_new(const struct report_plan *plan, struct console *console, struct trace *trace);
/* Whether a certificate ended or will end within warn_days. view may be NULL. */
bool report_view_has_warned(const struct report_view *view);
/* Whether the transfer that ended last is told in full on the terminal that errors go to as well: --tls-report text
 * without --tls-out. view may be NULL. */
bool report_view_has_told(const struct report_view *view);
/* The report of the transfer that ended last, as --tls-report json writes it, without the line end; empty when there is
 * none, since nothing came about. Good until the next one ends. */
struct slice report_view_last(const struct report_view *view);
/* Takes NULL. False with err filled (23) when the reports could not be written. */
bool report_view_end(struct report_view *view, struct error *err);

#endif
