/* Trace notes in words. */
#include "insight/notes.h"

#include "base/escape.h"

#include <inttypes.h>

/* {text} is the note's, escaped, {number} its number; {connection} the connection's, {host} the text or, where there is
 * none, the connection's host. */
static const char *const sentences[NOTE_COUNT] = {
    [NOTE_LENIENT] = "Lenient with the server: {text}",
    [NOTE_EXCESS_BYTES] = "Excess found in a read: {number} bytes behind the response, dropped",
    [NOTE_CLOSED_WITHOUT_NOTIFY] = "TLS was closed without close_notify; the body is whole all the same",
    [NOTE_REDIRECT] = "Issue another request to this URL: '{text}'",
    [NOTE_CREDENTIALS_DROPPED] = "Credentials are not sent to {text}: it is not the host they were given for",
    [NOTE_RETRY_DEAD] = "Connection died, retrying a fresh connect",
    [NOTE_GOES_ON] = "Going on at byte {number} if the server still has {text}",
    [NOTE_BEGINS_ANEW] = "The server does not go on at byte {number}: from the beginning",
    [NOTE_LEFT_INTACT] = "Connection #{connection} to host {host} left intact",
    [NOTE_CLOSING] = "Closing connection {connection}",
    [NOTE_RENEGOTIATION_REFUSED] = "Server wants to renegotiate TLS: refused",
    [NOTE_EARLY_SENT] = "TLS early data: the request goes with the ClientHello, {number} bytes",
    [NOTE_EARLY_ACCEPTED] = "TLS early data: accepted by the server",
    [NOTE_EARLY_REJECTED] = "TLS early data: rejected by the server, the request is sent again",
    [NOTE_EARLY_UNUSED] = "TLS early data: not used, the session allows only {number} bytes",
    [NOTE_EARLY_FAILED] = "TLS early data: the handshake failed with it, once more without",
    [NOTE_TOO_EARLY] = "The request came too early for the server (425): once more, behind the handshake",
    [NOTE_CLIENT_CERT_LACKING] =
        "A client certificate was asked for and none sent: likely why it answers {number} (--cert FILE --key FILE)",
    [NOTE_CONNECT_TO] = "Connecting to {text} instead (--connect-to)",
    [NOTE_VERIFY_SKIPPED] = "Not verified (-k): {text}",
    [NOTE_METHOD_CHANGED] = "Redirect changes the method from {text}",
    [NOTE_IDN] = "Host name in ASCII: {text}",
    [NOTE_COOKIE_ADDED] = "Added cookie {text}, expire {number}",
    [NOTE_COOKIE_REPLACED] = "Replaced cookie {text}, expire {number}",
    [NOTE_COOKIE_REFUSED] = "Skipped a cookie: {text}",
    [NOTE_HSTS_UPGRADE] = "Switched from HTTP to HTTPS due to HSTS => {text}",
    [NOTE_FILE_UNREADABLE] = "WARNING: failed to open {text}",
    [NOTE_AUTH_CHOSEN] = "Server wants to know who we are: once more with {text}",
    [NOTE_AUTH_REFUSED] = "No further try to log in: {text}",
    [NOTE_PROXY] = "Uses proxy env variable {text}",
    [NOTE_TUNNEL] = "Establish HTTP proxy tunnel to {text}",
    [NOTE_TUNNEL_OPEN] = "CONNECT tunnel established, response {number}",
    [NOTE_ISSUER_ASKED] = "The issuer's certificate was not sent: asking {text}",
    [NOTE_ISSUER_CAME] = "{number} bytes came from there",
    [NOTE_ISSUER_FAILED] = "Nothing came from there: {text}",
    [NOTE_SEND_FAILED] = "Sending failed: {text}; {number} bytes did not leave",
    [NOTE_WOULD_CONNECT] = "Would connect to {text}",
    [NOTE_WOULD_SEND_BODY] = "and {number} bytes of body",
};

static struct slice sentence_of(const struct trace_note *note)
{
    if (note->id == NOTE_EARLY_UNUSED && note->number == 0)
        return SLICE("TLS early data: not used, there is no session that allows it");
    return slice_of(sentences[note->id]);
}

/* What a name in braces stands for here. */
static void append_named(struct buf *out, struct slice name, const struct trace_note *note, unsigned connection,
                         const char *host)
{
    char text[512];
    escape_into(text, sizeof text, note->text);
    if (slice_equal(name, SLICE("text")))
        buf_append_text(out, text);
    else if (slice_equal(name, SLICE("number")))
        buf_printf(out, "%" PRIu64, note->number);
    else if (slice_equal(name, SLICE("connection")))
        buf_printf(out, "%u", connection);
    else
        buf_append_text(out, text[0] ? text : host);
}

void note_append(struct buf *out, const struct trace_note *note, unsigned connection, const char *host)
{
    struct slice rest = sentence_of(note);
    size_t open = 0;
    while ((open = slice_find(rest, '{')) < rest.len) {
        buf_append(out, slice_first(rest, open));
        rest = slice_from(rest, open + 1);
        size_t close = slice_find(rest, '}');
        append_named(out, slice_first(rest, close), note, connection, host);
        rest = slice_from(rest, close + 1);
    }
    buf_append(out, rest);
}
