/* What reports for people say in the same words. */
#include "insight/report_show.h"

#include "base/mem.h"
#include "insight/subject.h"

const char *report_verdict_word(const struct report *r)
{
    if (r->code != 0)
        return "FAILED";
    if (r->tls && r->tls->n_faults > 0)
        return "NOT CHECKED";
    if (report_is_revoked(r->tls))
        return "REVOKED";
    return report_is_ending(r) ? "ENDS SOON" : "ALL GOOD";
}

const char *report_lack_of_tls(const struct report *r)
{
    if (r->tls)
        return "no TLS came about";
    return *r->address || strcmp(r->scheme, "https") != 0 ? "without TLS" : "none came about";
}

void report_append_warning(struct buf *out, const struct report *r)
{
    struct report_end first = report_first_end(r->tls);
    if (r->warn_days < 0 || !first.is_known)
        return;
    int days = first.days_left;
    char *name = subject_short(first.subject);
    buf_printf(out, "certificate %s ", name);
    if (days < 0)
        buf_printf(out, "ended %d day%s ago", -days, days == -1 ? "" : "s");
    else
        buf_printf(out, "ends in %d day%s", days, days == 1 ? "" : "s");
    buf_printf(out, " (limit %d%s)", r->warn_days, report_is_ending(r) ? "" : ": OK");
    mem_free(name);
}

void report_append_seconds(struct buf *out, uint64_t seconds)
{
    static const struct {
        uint64_t length;
        const char *name;
        bool has_plural;
    } units[] = {
        {31536000, "year", true}, {86400, "day", true}, {3600, "h", false}, {60, "min", false}, {1, "s", false}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        uint64_t n = seconds / units[i].length;
        if (seconds % units[i].length != 0 || n == 0)
            continue;
        buf_printf(out, "%llu %s%s", (unsigned long long)n, units[i].name, units[i].has_plural && n > 1 ? "s" : "");
        return;
    }
    buf_append_text(out, "0 s");
}
