/* What is known of a finished URL: for -w, and for whoever listens to the trace. */
#include "transfer/retry.h"
#include "transfer/transfer_state.h"

#include "base/mem.h"

#include <time.h>

static uint64_t since(uint64_t end_us, uint64_t start_us)
{
    return end_us > start_us ? end_us - start_us : 0;
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
    r->time_namelookup_us += since(facts->namelookup_us, t->hop_start_us);
    r->time_connect_us += since(facts->connect_us, t->hop_start_us);
    r->time_appconnect_us += since(facts->appconnect_us, t->hop_start_us);
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
}

static void tell_done(const struct transfer *t)
{
    const struct fetch_result *r = &t->result;
    struct trace_done done = {.code = (int)t->error.code,
                              .body_bytes = r->size_download,
                              .namelookup_us = r->time_namelookup_us,
                              .connect_us = r->time_connect_us,
                              .appconnect_us = r->time_appconnect_us,
                              .starttransfer_us = r->time_starttransfer_us,
                              .total_us = r->time_total_us};
    trace_tell(t->run->trace, TRACE_DONE, &done);
}

void outcome_over(struct transfer *t)
{
    struct fetch_result *r = &t->result;
    struct buf text = {0};
    if (t->hop.now.host)
        url_print(&text, &t->hop.now, URL_WITH_FRAGMENT);
    else
        buf_append_text(&text, t->fetch->url);
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
    r->remote_ip = t->last.remote_ip;
    r->local_ip = t->last.local_ip;
    r->remote_port = t->last.remote_port;
    r->local_port = t->last.local_port;
    r->ssl_verify_result = t->last.verify_result;
    r->proxy_ssl_verify_result = t->last.proxy_verify_result;
    r->time_total_us = run_now_us(t->run) - t->start_us;
    r->fields = t->fields.list;
    r->n_fields = t->fields.n;
    r->conn_id = t->last.id;
    r->xfer_id = r->urlnum;
    tell_done(t);
}
