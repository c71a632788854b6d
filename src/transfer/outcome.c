/* What is known of a finished URL: for -w, and for whoever listens to the trace. */
#include "transfer/retry.h"
#include "transfer/transfer_state.h"

#include "base/mem.h"
#include "tls/summary.h"

#include <time.h>

static uint64_t since(uint64_t end_us, uint64_t start_us)
{
    return end_us > start_us ? end_us - start_us : 0;
}

static void tell_exchanged(const struct transfer *t)
{
    if (!trace_wants(t->run->trace, TRACE_EXCHANGED))
        return;
    run_now_us(t->run); /* which the event bears */
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    struct trace_exchanged told = {.upload_bytes = facts->upload_bytes,
                                   .body_bytes = facts->body_bytes,
                                   .content_bytes = facts->content_bytes,
                                   .is_decoded = facts->is_decoded,
                                   .request_sent_us = facts->request_sent_us,
                                   .first_byte_us = facts->first_byte_us};
    trace_tell(t->run->trace, TRACE_EXCHANGED, &told);
}

/* Phases are summed up over the hops, as curl does it. */
void outcome_connected(struct transfer *t)
{
    struct fetch_result *r = &t->result;
    const struct connection_facts *facts = connection_facts(t->connection);
    r->time_pretransfer_us += since(run_now_us(t->run), t->hop_start_us);
    r->proxy_used = facts->is_proxied;
    if (t->is_reused)
        return;
    r->connect_status = facts->connect_status;
    r->num_connects += facts->connect_us > 0;
    r->tls_earlydata = facts->early_bytes;
    r->time_namelookup_us += since(facts->namelookup_us, t->hop_start_us);
    r->time_connect_us += since(facts->connect_us, t->hop_start_us);
    r->time_appconnect_us += since(facts->appconnect_us, t->hop_start_us);
    buf_clear(&t->certs);
    if (writeout_shows_certificates(settings_of(t)->output.write_out))
        r->num_certs = connection_certificates(t->connection, &t->certs);
}

void outcome_disconnected(struct transfer *t)
{
    t->last = *connection_facts(t->connection);
    mem_free(t->tls);
    t->tls = NULL;
    const struct tls_summary *summary =
        writeout_asks_tls(t->run->settings->output.write_out) ? connection_tls(t->connection) : NULL;
    if (!summary)
        return;
    t->tls = mem_alloc(sizeof *t->tls);
    *t->tls = *summary;
}

void outcome_exchanged(struct transfer *t)
{
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    struct fetch_result *r = &t->result;
    r->status = saving_is_stale(t->saving) ? 304 : facts->status;
    r->http_version = facts->http_version;
    r->num_headers = facts->n_headers;
    r->size_header += facts->head_bytes;
    r->size_request += facts->request_bytes;
    r->size_download = facts->body_bytes;
    r->size_upload = facts->upload_bytes;
    r->time_starttransfer_us += since(facts->first_byte_us, t->hop_start_us);
    r->time_posttransfer_us += since(facts->request_sent_us, t->hop_start_us);
    t->retry_after_s = retry_after_seconds(slice_of(facts->retry_after), time(NULL));
    mem_free(t->content_type);
    t->content_type = mem_strdup(facts->content_type);
    mem_free(t->redirect_url);
    t->redirect_url = hop_target(&t->hop, facts->location, facts->status);
    tell_exchanged(t);
}

/* Empty texts stay NULL: there is none. */
static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void fill_tls(struct transfer *t)
{
    const struct tls_summary *tls = t->tls;
    struct writeout_tls *w = &t->result.tls;
    *w = (struct writeout_tls){.cause = or_null(cause_id(t->error.cause))};
    if (!tls)
        return;
    w->version = or_null(tls->version);
    w->cipher = or_null(tls->cipher);
    w->group = or_null(tls->group);
    w->sigalg = or_null(tls->sigalg);
    w->alpn = or_null(tls->alpn);
    w->resumed = tls->is_resumed ? "1" : "0";
    w->pin = or_null(tls->pin);
    w->anchor = or_null(tls->anchor);
    w->ja4 = or_null(tls->ja4);
    w->days_left = or_null(tls->days_left);
    w->staple = or_null(tls->staple);
}

static void tell_done(const struct transfer *t)
{
    const struct fetch_result *r = &t->result;
    struct trace_done done = {.code = (int)t->error.code,
                              .cause = t->error.cause,
                              .body_bytes = r->size_download,
                              .setup_us = t->setup_us,
                              .namelookup_us = r->time_namelookup_us,
                              .connect_us = r->time_connect_us,
                              .appconnect_us = r->time_appconnect_us,
                              .starttransfer_us = r->time_starttransfer_us,
                              .total_us = r->time_total_us,
                              .error = r->errormsg};
    trace_tell(t->run->trace, TRACE_DONE, &done);
}

void outcome_over(struct transfer *t)
{
    struct fetch_result *r = &t->result;
    struct buf text = {0};
    if (t->hop.now.host)
        url_print(&text, &t->hop.now, URL_WITH_FRAGMENT | URL_TYPED_HOST);
    else
        buf_append_text(&text, t->url_shown);
    t->url_effective = buf_take(&text);
    r->url_effective = t->url_effective;
    r->redirect_url = t->redirect_url;
    r->content_type = t->content_type;
    r->scheme = t->hop.now.scheme;
    r->method = t->hop.method;
    r->referer = t->hop.referer;
    r->num_redirects = t->hop.n_redirects;
    r->filename = saving_filename(t->saving);
    r->errormsg = t->error.code != PEEL_OK ? t->error.text : NULL;
    r->exit_code = (int)t->error.code;
    r->certs = r->num_certs > 0 ? buf_text(&t->certs) : "";
    r->remote_ip = t->last.remote_ip;
    r->local_ip = t->last.local_ip;
    r->remote_port = t->last.remote_port;
    r->local_port = t->last.local_port;
    r->ssl_verify_result = t->last.verify_result;
    r->proxy_ssl_verify_result = t->last.proxy_verify_result;
    r->time_total_us = run_now_us(t->run) - t->start_us;
    fill_tls(t);
    r->fields = t->fields.list;
    r->n_fields = t->fields.n;
    r->conn_id = t->last.id;
    r->xfer_id = r->urlnum;
    tell_done(t);
}
