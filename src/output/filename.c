/* Names for files here that somebody else has chosen. */
#include "output/filename.h"

#include "base/buf.h"
#include "base/escape.h"
#include "base/mem.h"

static struct slice last_component(struct slice text)
{
    size_t start = text.len;
    while (start > 0 && text.ptr[start - 1] != '/' && text.ptr[start - 1] != '\\')
        start--;
    return slice_from(text, start);
}

/* How long is the character at the front of text, when it may stand in a name? 0: it may not. escape_append decides
 * what is printable, and so a name never shows differently from what it is. */
static size_t safe_character(struct slice text)
{
    unsigned char first = (unsigned char)text.ptr[0];
    size_t len = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (len > text.len)
        return 0;
    struct buf shown = {0};
    escape_append(&shown, slice_first(text, len));
    bool is_same = slice_equal(buf_slice(&shown), slice_first(text, len));
    buf_done(&shown);
    return is_same ? len : 0;
}

static char *make_safe(struct slice name, bool may_start_with_dot)
{
    if (name.len == 0 || slice_equal(name, SLICE(".")) || slice_equal(name, SLICE("..")))
        return NULL;
    struct buf safe = {0};
    while (name.len > 0) {
        size_t len = safe_character(name);
        size_t taken = len > 0 ? len : 1;
        if (safe.len + taken > FILENAME_MOST)
            break;
        if (len == 0 || (safe.len == 0 && name.ptr[0] == '.' && !may_start_with_dot))
            buf_append_byte(&safe, '_');
        else
            buf_append(&safe, slice_first(name, len));
        name = slice_from(name, taken);
    }
    return buf_take(&safe);
}

char *filename_from_peer(struct slice text)
{
    return make_safe(last_component(text), false);
}

char *filename_from_url_path(struct slice path)
{
    while (path.len > 0 && path.ptr[path.len - 1] == '/')
        path.len--;
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/')
        start--;
    char *name = make_safe(slice_from(path, start), true);
    return name ? name : mem_strdup("curl_response");
}

/* A quoted value, without its quotes, cut off the front of *rest. */
static struct slice take_quoted(struct slice *rest, struct buf *unquoted)
{
    char quote = rest->ptr[0];
    buf_clear(unquoted);
    size_t i = 1;
    for (; i < rest->len && rest->ptr[i] != quote; i++) {
        /* Only what needs a backslash: Windows paths come with single ones, and they part components. */
        bool is_escape = rest->ptr[i] == '\\' && i + 1 < rest->len && strchr("\"\\", rest->ptr[i + 1]);
        i += is_escape;
        buf_append_byte(unquoted, rest->ptr[i]);
    }
    *rest = slice_from(*rest, i < rest->len ? i + 1 : i);
    return buf_slice(unquoted);
}

/* One "name=value" or "name" of a field, cut off the front of *rest with the ";" behind it. The disposition type reads
 * as a name without a value; there are servers that leave it out. */
static bool next_parameter(struct slice *rest, struct slice *name, struct slice *value, struct buf *unquoted)
{
    *rest = slice_trim(*rest);
    if (rest->len == 0)
        return false;
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != '=' && rest->ptr[end] != ';')
        end++;
    *name = slice_trim(slice_first(*rest, end));
    *value = SLICE("");
    bool has_value = end < rest->len && rest->ptr[end] == '=';
    *rest = slice_trim(slice_from(*rest, has_value ? end + 1 : end));
    if (has_value && rest->len > 0 && (rest->ptr[0] == '"' || rest->ptr[0] == '\''))
        *value = take_quoted(rest, unquoted);
    else if (has_value)
        *value = slice_trim(slice_first(*rest, slice_find(*rest, ';')));
    size_t semicolon = slice_find(*rest, ';');
    *rest = slice_from(*rest, semicolon < rest->len ? semicolon + 1 : semicolon);
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* charset'language'percent-encoded (RFC 8187 section 3.2). */
static char *decode_extended(struct slice value)
{
    struct slice charset = slice_first(value, slice_find(value, '\''));
    bool is_latin = slice_equal_nocase(charset, SLICE("ISO-8859-1"));
    if (!is_latin && !slice_equal_nocase(charset, SLICE("UTF-8")))
        return NULL;
    struct slice rest = slice_from(value, charset.len < value.len ? charset.len + 1 : value.len);
    size_t quote = slice_find(rest, '\'');
    if (quote == rest.len)
        return NULL;
    rest = slice_from(rest, quote + 1);
    struct buf name = {0};
    for (size_t i = 0; i < rest.len; i++) {
        unsigned char byte = (unsigned char)rest.ptr[i];
        int high = byte == '%' && i + 2 < rest.len ? hex_digit(rest.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(rest.ptr[i + 2]) : -1;
        if (low >= 0) {
            byte = (unsigned char)(high * 16 + low);
            i += 2;
        }
        if (is_latin && byte >= 0x80) {
            buf_append_byte(&name, (char)(0xc0 | byte >> 6));
            byte = (unsigned char)(0x80 | (byte & 0x3f));
        }
        buf_append_byte(&name, (char)byte);
    }
    char *safe = filename_from_peer(buf_slice(&name));
    buf_done(&name);
    return safe;
}

char *filename_from_disposition(struct slice value)
{
    char *plain = NULL, *extended = NULL;
    bool has_plain = false;
    struct slice name, content;
    struct buf unquoted = {0};
    while (next_parameter(&value, &name, &content, &unquoted)) {
        if (!has_plain && slice_equal_nocase(name, SLICE("filename"))) {
            has_plain = true;
            plain = filename_from_peer(content);
        } else if (!extended && slice_equal_nocase(name, SLICE("filename*"))) {
            extended = decode_extended(content);
        }
    }
    buf_done(&unquoted);
    if (!extended)
        return plain;
    mem_free(plain);
    return extended;
}
