/* A connection's TLS, kept. */
#include "insight/report_tls.h"

#include "base/escape.h"
#include "base/mem.h"
#include "insight/decode.h"
#include "tls/certificate.h"
#include "tls/pin.h"

#include <openssl/err.h>
#include <openssl/pem.h>

static char *escaped(const char *text)
{
    struct buf out = {0};
    escape_append(&out, slice_of(text));
    return buf_take(&out);
}

/* In its place; cut when it grows too long. */
static void escape_here(char *text, size_t size)
{
    char *raw = mem_strdup(text);
    escape_into(text, size, slice_of(raw));
    mem_free(raw);
}

struct report_tls *report_tls_new(const struct tls_offer *offer)
{
    struct report_tls *tls = mem_alloc(sizeof *tls);
    struct buf name = {0};
    escape_append(&name, offer->server_name);
    tls->server_name = buf_take(&name);
    tls->trust = escaped(offer->trust);
    tls->own_subject = escaped(offer->own_subject ? offer->own_subject : "");
    return tls;
}

static void free_chain(struct report_tls *tls)
{
    for (size_t i = 0; i < tls->n_chain; i++) {
        struct report_certificate *c = &tls->chain[i];
        for (size_t j = 0; j < c->n_names; j++)
            mem_free(c->names[j]);
        mem_free(c->names);
        mem_free(c->pin);
        mem_free(c->pem);
    }
    mem_free(tls->chain);
    mem_free(tls->matched_name);
    mem_free(tls->anchor);
    mem_free(tls->trust);
    mem_free(tls->store);
    tls->chain = NULL;
    tls->n_chain = 0;
    tls->matched_name = tls->anchor = tls->trust = tls->store = NULL;
}

void report_tls_free(struct report_tls *tls)
{
    if (!tls)
        return;
    for (size_t i = 0; i < tls->n_messages; i++) {
        mem_free(tls->messages[i].name);
        mem_free(tls->messages[i].says);
        message_done(&tls->messages[i].inside);
    }
    mem_free(tls->messages);
    free_chain(tls);
    mem_free(tls->server_name);
    mem_free(tls->own_subject);
    mem_free(tls);
}

static void note_alert(struct report_tls *tls, const struct tls_message *message)
{
    if (!tls->alert.is_known && handshake_is_fatal_alert(message) && message->bytes.len == 2)
        tls->alert = (struct report_alert){true, message->is_sent, (unsigned char)message->bytes.ptr[1]};
}

void report_tls_message(struct report_tls *tls, struct handshake_view *view, const struct tls_message *message)
{
    struct buf name = {0}, says = {0};
    note_alert(tls, message);
    handshake_describe(view, message, &name, &says);
    if (tls->n_messages == REPORT_MESSAGES) {
        tls->n_messages_more++;
        buf_done(&name);
        buf_done(&says);
        return;
    }
    if (!tls->messages)
        tls->messages = mem_array(REPORT_MESSAGES, sizeof *tls->messages);
    struct report_message *kept = &tls->messages[tls->n_messages++];
    *kept = (struct report_message){.is_sent = message->is_sent,
                                    .at_us = message->since_hello_us,
                                    .size = message->bytes.len,
                                    .name = buf_take(&name),
                                    .says = buf_take(&says)};
    message_decode(&kept->inside, view, message);
    /* A message may have 16,000 extensions, and as many such as the peer likes may come. */
    size_t size = message_size(&kept->inside);
    if (size > REPORT_INSIDE - tls->inside_size)
        message_drop(&kept->inside);
    else
        tls->inside_size += size;
}

static char *pem_of(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long len = bio && PEM_write_bio_X509(bio, certificate) == 1 ? BIO_get_mem_data(bio, &data) : 0;
    char *pem = mem_dup_slice(slice_make(len > 0 ? data : "", len > 0 ? (size_t)len : 0));
    BIO_free(bio);
    return pem;
}

static void fill_certificate(struct report_certificate *kept, const struct tls_certificate *facts, struct slice der)
{
    kept->facts = *facts;
    escape_here(kept->facts.subject, sizeof kept->facts.subject);
    escape_here(kept->facts.issuer, sizeof kept->facts.issuer);
    const unsigned char *at = (const unsigned char *)der.ptr;
    X509 *certificate = der.len > 0 ? d2i_X509(NULL, &at, (long)der.len) : NULL;
    if (certificate) {
        char pin[TLS_PIN_SIZE];
        struct tls_names names = tls_names_of(certificate);
        kept->names = names.list;
        kept->n_names = names.n;
        tls_pin_of(certificate, pin);
        kept->pin = *pin ? mem_printf("sha256//%s", pin) : NULL;
        kept->pem = pem_of(certificate);
    }
    X509_free(certificate);
}

void report_tls_certificate(struct report_tls *tls, const struct tls_verdict *verdict)
{
    ERR_set_mark();
    free_chain(tls);
    tls->chain = mem_array(verdict->n_chain, sizeof *tls->chain);
    tls->n_chain = verdict->n_chain;
    for (size_t i = 0; i < verdict->n_chain; i++)
        fill_certificate(&tls->chain[i], &verdict->chain[i], verdict->ders ? verdict->ders[i] : SLICE(""));
    tls->n_sent = verdict->n_sent;
    tls->matched_name = verdict->matched_name ? escaped(verdict->matched_name) : NULL;
    tls->anchor = verdict->anchor ? escaped(verdict->anchor) : NULL;
    tls->trust = escaped(verdict->trust);
    tls->store = verdict->store ? escaped(verdict->store) : NULL;
    tls->n_trusted = verdict->n_trusted;
    tls->n_faults = verdict->n_errors;
    tls->is_ignored = verdict->is_ignored;
    for (size_t i = 0; i < verdict->n_errors; i++)
        tls->faults[i] =
            (struct report_fault){verdict->errors[i].cause, verdict->errors[i].depth, verdict->errors[i].x509};
    ERR_pop_to_mark();
}

void report_tls_summary(struct report_tls *tls, const struct tls_summary *summary)
{
    tls->summary = *summary;
    escape_here(tls->summary.alpn, sizeof tls->summary.alpn);
    escape_here(tls->summary.anchor, sizeof tls->summary.anchor);
}

void report_tls_staple(struct report_tls *tls, const struct tls_staple *staple)
{
    tls->has_staple = true;
    tls->staple = *staple;
    escape_here(tls->staple.responder, sizeof tls->staple.responder);
}
