/* Trace notes in words. */
#include "insight/notes.h"

#include "base/escape.h"

#include <inttypes.h>

void note_append(struct buf *out, const struct trace_note *note, unsigned connection, const char *host)
{
    char text[512];
    escape_into(text, sizeof text, note->text);
    switch (note->id) {
    case NOTE_ISSUER_ASKED:
        buf_printf(out, "The issuer's certificate was not sent: asking %s", text);
        break;
    case NOTE_ISSUER_CAME:
        buf_printf(out, "%" PRIu64 " bytes came from there", note->number);
        break;
    case NOTE_ISSUER_FAILED:
        buf_printf(out, "Nothing came from there: %s", text);
        break;
    case NOTE_LENIENT:
        buf_printf(out, "Lenient with the server: %s", text);
        break;
    case NOTE_EXCESS_BYTES:
        buf_printf(out, "Excess found in a read: %" PRIu64 " bytes behind the response, dropped", note->number);
        break;
    case NOTE_CLOSED_WITHOUT_NOTIFY:
        buf_append_text(out, "TLS was closed without close_notify; the body is whole all the same");
        break;
    case NOTE_REDIRECT:
        buf_printf(out, "Issue another request to this URL: '%s'", text);
        break;
    case NOTE_CREDENTIALS_DROPPED:
        buf_printf(out, "Credentials are not sent to %s: it is not the host they were given for", text);
        break;
    case NOTE_RETRY_DEAD:
        buf_append_text(out, "Connection died, retrying a fresh connect");
        break;
    case NOTE_GOES_ON:
        buf_printf(out, "Going on at byte %" PRIu64 " if the server still has %s", note->number, text);
        break;
    case NOTE_BEGINS_ANEW:
        buf_printf(out, "The server does not go on at byte %" PRIu64 ": from the beginning", note->number);
        break;
    case NOTE_LEFT_INTACT:
        buf_printf(out, "Connection #%u to host %s left intact", connection, text[0] ? text : host);
        break;
    case NOTE_CLOSING:
        buf_printf(out, "Closing connection %u", connection);
        break;
    case NOTE_RENEGOTIATION_REFUSED:
        buf_append_text(out, "Server wants to renegotiate TLS: refused");
        break;
    case NOTE_CONNECT_TO:
        buf_printf(out, "Connecting to %s instead (--connect-to)", text);
        break;
    case NOTE_VERIFY_SKIPPED:
        buf_printf(out, "Not verified (-k): %s", text);
        break;
    case NOTE_METHOD_CHANGED:
        buf_printf(out, "Redirect changes the method from %s", text);
        break;
    case NOTE_IDN:
        buf_printf(out, "Host name in ASCII: %s", text);
        break;
    case NOTE_COOKIE_ADDED:
        buf_printf(out, "Added cookie %s, expire %" PRIu64, text, note->number);
        break;
    case NOTE_COOKIE_REPLACED:
        buf_printf(out, "Replaced cookie %s, expire %" PRIu64, text, note->number);
        break;
    case NOTE_COOKIE_REFUSED:
        buf_printf(out, "Skipped a cookie: %s", text);
        break;
    case NOTE_HSTS_UPGRADE:
        buf_printf(out, "Switched from HTTP to HTTPS due to HSTS => %s", text);
        break;
    case NOTE_FILE_UNREADABLE:
        buf_printf(out, "WARNING: failed to open %s", text);
        break;
    case NOTE_AUTH_CHOSEN:
        buf_printf(out, "Server wants to know who we are: once more with %s", text);
        break;
    case NOTE_AUTH_REFUSED:
        buf_printf(out, "No further try to log in: %s", text);
        break;
    case NOTE_PROXY:
        buf_printf(out, "Uses proxy env variable %s", text);
        break;
    case NOTE_TUNNEL:
        buf_printf(out, "Establish HTTP proxy tunnel to %s", text);
        break;
    case NOTE_TUNNEL_OPEN:
        buf_printf(out, "CONNECT tunnel established, response %" PRIu64, note->number);
        break;
    case NOTE_WOULD_CONNECT:
        buf_printf(out, "Would connect to %s", text);
        break;
    case NOTE_WOULD_SEND_BODY:
        buf_printf(out, "and %" PRIu64 " bytes of body", note->number);
        break;
    }
}
