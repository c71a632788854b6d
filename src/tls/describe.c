/* A certificate, line by line. */
#include "tls/describe.h"

#include "base/escape.h"
#include "tls/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static struct slice content(BIO *bio)
{
    char *data = NULL;
    long n = BIO_get_mem_data(bio, &data);
    return n > 0 ? slice_make(data, (size_t)n) : SLICE("");
}

/* "label:what the BIO holds" in one line: parts that stood on lines of their own get commas between them. */
static void append_line(struct buf *out, const char *label, BIO *bio)
{
    struct slice rest = content(bio);
    bool is_first = true;
    buf_printf(out, "%s:", label);
    while (rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        rest = slice_from(rest, line.len < rest.len ? line.len + 1 : line.len);
        line = slice_trim(line);
        if (line.len == 0)
            continue;
        buf_append_text(out, is_first ? "" : ", ");
        escape_append(out, line);
        is_first = false;
    }
    buf_append_byte(out, '\n');
    (void)BIO_reset(bio);
}

static void append_name(struct buf *out, const char *label, const X509_NAME *name, BIO *bio)
{
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    append_line(out, label, bio);
}

static void append_object(struct buf *out, const char *label, const ASN1_OBJECT *object, BIO *bio)
{
    i2a_ASN1_OBJECT(bio, object);
    append_line(out, label, bio);
}

static void append_extensions(struct buf *out, X509 *certificate, BIO *bio)
{
    for (int i = 0; i < X509_get_ext_count(certificate); i++) {
        X509_EXTENSION *extension = X509_get_ext(certificate, i);
        char label[80];
        char shown[80];
        OBJ_obj2txt(label, sizeof label, X509_EXTENSION_get_object(extension), 0);
        if (X509V3_EXT_print(bio, extension, 0, 0) != 1)
            ASN1_STRING_print(bio, X509_EXTENSION_get_data(extension));
        append_line(out, escape_into(shown, sizeof shown, slice_of(label)), bio);
    }
}

static void append_time(struct buf *out, const char *label, const ASN1_TIME *time)
{
    char text[64];
    buf_printf(out, "%s:%s\n", label, tls_certificate_time(time, text, sizeof text));
}

static void append_signature(struct buf *out, const ASN1_BIT_STRING *signature)
{
    const unsigned char *bytes = ASN1_STRING_get0_data(signature);
    buf_append_text(out, "Signature:");
    for (int i = 0; i < ASN1_STRING_length(signature); i++)
        buf_printf(out, "%02x:", bytes[i]);
    buf_append_byte(out, '\n');
}

void tls_describe_append(struct buf *out, X509 *certificate)
{
    const X509_ALGOR *algorithm = NULL;
    const ASN1_BIT_STRING *signature = NULL;
    ASN1_OBJECT *key = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return;
    X509_get0_signature(&signature, &algorithm, certificate);
    X509_PUBKEY_get0_param(&key, NULL, NULL, NULL, X509_get_X509_PUBKEY(certificate));
    append_name(out, "Subject", X509_get_subject_name(certificate), bio);
    append_name(out, "Issuer", X509_get_issuer_name(certificate), bio);
    buf_printf(out, "Version:%lx\n", (unsigned long)X509_get_version(certificate));
    i2a_ASN1_INTEGER(bio, X509_get0_serialNumber(certificate));
    append_line(out, "Serial Number", bio);
    append_object(out, "Signature Algorithm", algorithm->algorithm, bio);
    append_object(out, "Public Key Algorithm", key, bio);
    append_extensions(out, certificate, bio);
    append_time(out, "Start date", X509_get0_notBefore(certificate));
    append_time(out, "Expire date", X509_get0_notAfter(certificate));
    append_signature(out, signature);
    PEM_write_bio_X509(bio, certificate);
    buf_append(out, content(bio));
    BIO_free(bio);
}

void tls_describe_append_pem(struct buf *out, X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio && PEM_write_bio_X509(bio, certificate) == 1)
        buf_append(out, content(bio));
    BIO_free(bio);
}
