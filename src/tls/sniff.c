/* Reading a peer's first bytes. */
#include "tls/sniff.h"

const char *tls_sniff_protocol(struct slice first)
{
    static const struct {
        struct slice start;
        const char *words;
    } protocols[] = {
        {SLICE_INIT("HTTP/"), "it answered in plain HTTP; try http://"},
        {SLICE_INIT("SSH-"), "it speaks SSH"},
        {SLICE_INIT("220 "), "it speaks SMTP or FTP"},
        {SLICE_INIT("220-"), "it speaks SMTP or FTP"},
        {SLICE_INIT("* OK"), "it speaks IMAP"},
        {SLICE_INIT("+OK"), "it speaks POP3"},
        {SLICE_INIT("RFB "), "it speaks VNC"},
    };
    /* RFC 8446 section 5.1: content types are 20 to 24, and the version starts with 3. */
    if (first.len == 0 || (first.ptr[0] >= 20 && first.ptr[0] <= 24 && (first.len < 2 || first.ptr[1] == 3)))
        return NULL;
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (slice_starts_with(first, protocols[i].start))
            return protocols[i].words;
    /* A MySQL greeting: a length of three bytes, packet 0, protocol 10. */
    if (first.len > 4 && first.ptr[3] == 0 && first.ptr[4] == 10)
        return "it speaks MySQL";
    return "it speaks a protocol that is not known here";
}

/* A field of two bytes of the ServerHello that stands in plain at the start; -1 when it is not there. */
static int server_hello_field(struct slice first, bool is_cipher)
{
    const unsigned char *p = (const unsigned char *)first.ptr;
    enum {
        VERSION = 5 + 4,               /* behind the headers of record and message */
        SESSION_ID = VERSION + 2 + 32, /* behind version and random */
    };
    if (first.len <= SESSION_ID || p[0] != 22 || p[5] != 2)
        return -1;
    size_t at = is_cipher ? SESSION_ID + 1 + (size_t)p[SESSION_ID] : VERSION;
    return at + 2 <= first.len ? p[at] << 8 | p[at + 1] : -1;
}

int tls_sniff_version(struct slice first)
{
    return server_hello_field(first, false);
}

int tls_sniff_cipher(struct slice first)
{
    return server_hello_field(first, true);
}
