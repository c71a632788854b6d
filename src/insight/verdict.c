/* What verification said of the server's certificate. */
#include "insight/verdict.h"

#include "base/escape.h"
#include "tls/certificate.h"

enum {
    X509_HOSTNAME_MISMATCH = 62, /* OpenSSL's X509_V_ERR_* of these names; part of its stable interface */
    X509_IP_ADDRESS_MISMATCH = 64,
    NAMES_SHOWN = 12,
};

static void append_field(struct buf *out, const char *label, const char *value)
{
    buf_printf(out, "*  %s: ", label);
    escape_append(out, slice_of(value));
    buf_append_byte(out, '\n');
}

/* "... (37 days left)" */
static void append_expiry(struct buf *out, const struct tls_certificate *leaf)
{
    buf_append_text(out, "*  expire date: ");
    escape_append(out, slice_of(leaf->not_after));
    buf_append_text(out, " (");
    tls_append_left(out, leaf->left_s);
    buf_append_text(out, ")\n");
}

/* "DNS:a.example" without its kind. */
static struct slice bare_name(const char *name)
{
    struct slice s = slice_of(name);
    size_t colon = slice_find(s, ':');
    bool has_kind = slice_starts_with(s, SLICE("DNS:")) || slice_starts_with(s, SLICE("IP:"));
    return has_kind ? slice_from(s, colon + 1) : s;
}

static bool is_about_name(const struct tls_verify_error *error)
{
    return error->x509 == X509_HOSTNAME_MISMATCH || error->x509 == X509_IP_ADDRESS_MISMATCH;
}

static void append_match(struct buf *out, const struct tls_verdict *v, const char *host)
{
    if (v->matched_name) {
        buf_printf(out, "*  subjectAltName: host \"%s\" matched cert's \"", host);
        escape_append(out, bare_name(v->matched_name));
        buf_append_text(out, "\"\n");
        return;
    }
    bool is_mismatch = false;
    for (size_t i = 0; i < v->n_errors; i++)
        is_mismatch = is_mismatch || is_about_name(&v->errors[i]);
    if (!is_mismatch)
        return;
    buf_printf(out, "*  subjectAltName does not match %s\n*  it names: ", host);
    for (size_t i = 0; i < v->n_names && i < NAMES_SHOWN; i++) {
        buf_append_text(out, i > 0 ? ", " : "");
        escape_append(out, bare_name(v->names[i]));
    }
    if (v->n_names > NAMES_SHOWN)
        buf_printf(out, " and %zu more", v->n_names - NAMES_SHOWN);
    buf_append_text(out, v->n_names == 0 ? "nothing\n" : "\n");
}

/* All that was found wrong. -k: curl's words for what did not end the handshake. */
static void append_result(struct buf *out, const struct tls_verdict *v)
{
    if (v->n_errors == 0)
        buf_append_text(out, "*  SSL certificate verify ok.\n");
    for (size_t i = 0; i < v->n_errors; i++) {
        const struct tls_verify_error *e = &v->errors[i];
        buf_append_text(out, v->is_ignored ? "*  SSL certificate verify result: " : "* SSL certificate problem: ");
        escape_append(out, slice_of(e->text));
        if (v->is_ignored)
            buf_printf(out, " (%d), continuing anyway.\n", e->x509);
        else
            buf_printf(out, " (%d) at certificate %d\n", e->x509, e->depth);
    }
}

/* Of "C=US; O=Some; CN=Root X1" the last part, which people know it by; all when there is no CN. */
static struct slice common_name(struct slice subject)
{
    for (size_t at = 0; at + 3 <= subject.len; at++) {
        bool is_start = at == 0 || (at >= 2 && memcmp(subject.ptr + at - 2, "; ", 2) == 0);
        if (is_start && memcmp(subject.ptr + at, "CN=", 3) == 0) {
            struct slice name = slice_from(subject, at + 3);
            return slice_first(name, slice_find(name, ';'));
        }
    }
    return subject;
}

static void append_trust(struct buf *out, const struct tls_verdict *v)
{
    if (!v->trust && !v->anchor)
        return;
    buf_append_text(out, "*  trust: ");
    if (v->anchor)
        escape_append(out, common_name(slice_of(v->anchor)));
    else
        buf_append_text(out, "no anchor found");
    const char *where = v->anchor || !v->store ? v->trust : v->store;
    if (where) {
        buf_append_text(out, v->anchor ? ", " : " in ");
        escape_append(out, slice_of(where));
    }
    buf_append_byte(out, '\n');
}

void verdict_append_lines(struct buf *out, const struct tls_verdict *verdict, const char *host)
{
    buf_append_text(out, "* Server certificate:\n");
    if (verdict->leaf) {
        append_field(out, "subject", verdict->leaf->subject);
        append_field(out, "start date", verdict->leaf->not_before);
        append_expiry(out, verdict->leaf);
    }
    append_match(out, verdict, host);
    if (verdict->leaf)
        append_field(out, "issuer", verdict->leaf->issuer);
    append_result(out, verdict);
    append_trust(out, verdict);
}
