/* Choosing and subscribing the views. */
#include "insight/views.h"

#include "base/mem.h"
#include "insight/capture_file.h"
#include "insight/dry_view.h"
#include "insight/failure_view.h"
#include "insight/har_file.h"
#include "insight/keylog.h"
#include "insight/probe_view.h"
#include "insight/report_view.h"
#include "insight/trace_dump.h"
#include "insight/verbose.h"
#include "insight/waterfall.h"

#include <stdlib.h>
#include <time.h>

struct views {
    bool has_begun; /* all of them are there */
    struct dry_view dry_view;
    struct probe_view *probe;
    struct failure_view *failures;
    struct trace_dump *dump;
    struct verbose *verbose;
    struct console *console;
    struct keylog *keylog;
    bool is_keylog_optional; /* only the environment asks for it */
    struct capture_file *capture;
    struct har_file *har;
    struct report_view *report;
    struct waterfall *waterfall;
};

static struct stamp make_stamp(const struct trace_settings *settings)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct stamp){.has_time = settings->has_time,
                          .has_ids = settings->has_ids,
                          .epoch_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000};
}

/* An option that cannot be followed is an error. The variable may stand in any environment: then it is a warning. A
 * program with more rights than its user does not let the environment say where secrets go. */
static bool open_keylog(struct views *v, const char *option, struct console *console, struct trace *trace,
                        struct error *err)
{
    const char *variable = option ? NULL : secure_getenv("SSLKEYLOGFILE");
    struct error found = {0};
    if (option) {
        v->keylog = keylog_new(option, console, trace, err);
        return v->keylog != NULL;
    }
    v->is_keylog_optional = true;
    if (variable && *variable) {
        v->keylog = keylog_new(variable, console, trace, &found);
        if (!v->keylog)
            console_warn(console, "SSLKEYLOGFILE: %s", found.text);
    }
    return true;
}

static bool open_evidence(struct views *v, const struct views_plan *plan, uint64_t epoch_us, struct console *console,
                          struct trace *trace, struct error *err)
{
    const struct evidence_settings *wanted = plan->evidence;
    struct report_plan report = {.form = wanted->tls_report,
                                 .path = wanted->tls_out,
                                 .epoch_us = epoch_us,
                                 .warn_days = wanted->has_tls_warn_days ? wanted->tls_warn_days : -1,
                                 .is_plain = plan->is_plain,
                                 .keeps_json = wanted->tls_json};
    if (!open_keylog(v, wanted->keylog, console, trace, err))
        return false;
    if (wanted->tls_report != REPORT_NONE || wanted->has_tls_warn_days || wanted->tls_json)
        v->report = report_view_new(&report, console, trace);
    failure_view_yield_to(v->failures, v->report);
    if (wanted->waterfall)
        v->waterfall = waterfall_new(console, trace);
    if (wanted->har) {
        struct har_plan har = {.path = wanted->har, .epoch_us = epoch_us, .with_secrets = wanted->with_secrets};
        v->har = har_file_new(&har, console, trace, err);
        if (!v->har)
            return false;
    }
    /* Last, as it leaves a file that the next run would find. */
    if (wanted->pcapng) {
        v->capture = capture_file_new(wanted->pcapng, epoch_us, console, trace, err);
        if (!v->capture)
            return false;
    }
    return true;
}

struct views *views_new(const struct views_plan *plan, struct console *console, struct trace *trace, struct error *err)
{
    struct views *v = mem_alloc(sizeof *v);
    v->console = console;
    struct stamp stamp = make_stamp(plan->trace);
    struct trace_dump_plan dump = {
        .file = plan->trace->file, .is_hex = plan->trace->form == TRACE_FORM_HEX, .stamp = stamp};
    v->failures = failure_view_new(console, trace);
    if (plan->tls_probe)
        v->probe = probe_view_new(plan->is_plain, trace);
    if (plan->trace->form > TRACE_FORM_PLAIN)
        v->dump = trace_dump_new(&dump, console, trace);
    else if (plan->verbosity > 0)
        v->verbose = verbose_new(console, plan->verbosity, trace);
    if (v->verbose)
        verbose_set_stamp(v->verbose, &stamp);
    if (plan->dry_run)
        dry_view_begin(&v->dry_view, plan->dry_run, trace);
    if (plan->is_fetched && !open_evidence(v, plan, stamp.epoch_us, console, trace, err)) {
        views_end(v, err);
        return NULL;
    }
    v->has_begun = true;
    return v;
}

static bool end_keylog(struct views *v, struct error *err)
{
    struct error found = {0};
    if (!v->is_keylog_optional)
        return keylog_end(v->keylog, err);
    if (!keylog_end(v->keylog, &found))
        console_warn(v->console, "SSLKEYLOGFILE: %s", found.text);
    return true;
}

static struct slice last_report(void *ctx)
{
    return report_view_last(ctx);
}

bool views_lend_report(struct views *v, struct writeout_report *report)
{
    *report = (struct writeout_report){last_report, v->report};
    return v->report != NULL;
}

int views_exit_code(const struct views *v, int code)
{
    return code == PEEL_OK && report_view_has_warned(v->report) ? PEEL_CERTIFICATE_ENDS : code;
}

bool views_end(struct views *v, struct error *err)
{
    if (!v)
        return true;
    failure_view_free(v->failures);
    verbose_free(v->verbose);
    trace_dump_free(v->dump);
    bool is_ok = end_keylog(v, err);
    is_ok = report_view_end(v->report, err) && is_ok;
    waterfall_end(v->waterfall);
    is_ok = probe_view_end(v->probe, err) && is_ok;
    is_ok = capture_file_end(v->capture, err) && is_ok;
    is_ok = har_file_end(v->har, v->has_begun, err) && is_ok;
    mem_free(v);
    return is_ok;
}
