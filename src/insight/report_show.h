/* Reports (report.h) as text. Pure functions of them. */
#ifndef PEEL_INSIGHT_REPORT_SHOW_H
#define PEEL_INSIGHT_REPORT_SHOW_H

#include "base/json.h"
#include "insight/report.h"

/* For people: a headline, a line for each thing with its label in front, bars for the time. With is_styled what matters
 * stands out on a terminal. width: columns a line may have; 0: the usual 80. */
void report_text_append(struct buf *out, const struct report *report, bool is_styled, size_t width);
/* For programs: one object on one line. Its schema is tls-report.schema.json. */
void report_json_append(struct buf *out, const struct report *report);

/* For people with a browser: one page with all reports. It loads nothing, runs nothing. The start, then each report,
 * then the end. */
void report_html_start(struct buf *out);
void report_html_append(struct buf *out, const struct report *report);
void report_html_end(struct buf *out);

/* What several of them say in the same words. */

/* "ALL GOOD", "CERT WANTED" (report_lacks_certificate), "ENDS SOON" (--tls-warn-days), "NOT CHECKED" (-k), "REVOKED"
 * (by a staple), "FAILED". */
const char *report_verdict_word(const struct report *report);
/* Of a connection that has no version of TLS: "without TLS", "none came about". */
const char *report_lack_of_tls(const struct report *report);
/* Appends who was connected to: "192.0.2.1", "through proxy p.example:3128 (192.0.2.1)"; "" where nobody was. */
void report_append_peer(struct buf *out, const struct report *report);
/* Appends "certificate ends in 3 days (limit 14)", or what it says when it has ended; "" when --tls-warn-days was not
 * said. */
void report_append_warning(struct buf *out, const struct report *report);
/* Appends "37 days left", "ended 20 minutes ago", "starts in 5 hours". */
void report_append_validity(struct buf *out, const struct tls_certificate *certificate);
/* Of a chain that a session remembers. */
extern const char report_remembered[];
/* Appends what holds the anchor, and all that is trusted, with how many certificates each place has. */
void report_append_trust(struct buf *out, const struct report_tls *tls);
/* "sent, accepted"; "" where there was none. */
const char *report_early_words(const struct report_tls *tls);
/* Appends what became of a client certificate: "asked for, none sent; accepted issuers: CN=a, CN=b", "not asked for";
 * nothing where that is not known. */
void report_append_client_cert(struct buf *out, const struct report_tls *tls);
/* Appends a span in its largest unit: "2 h", "1 year", "90 days". */
void report_append_seconds(struct buf *out, uint64_t seconds);

#endif
