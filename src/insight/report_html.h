/* The larger parts of report_html.c's page. */
#ifndef PEEL_INSIGHT_REPORT_HTML_H
#define PEEL_INSIGHT_REPORT_HTML_H

#include "insight/report.h"

/* Two lanes with an arrow for each message, its inside folded away. */
void report_html_messages(struct buf *out, const struct report_tls *tls);
/* A column of cards. */
void report_html_chain(struct buf *out, const struct report_tls *tls);

#endif
