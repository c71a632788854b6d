/* Fuzz target: any bytes as Set-Cookie fields of one response and as a jar. What is kept can be sent without ending its
 * line, goes to the host that set it and to no stranger, and a jar that was written reads back whole. */
#include "base/lines.h"
#include "http/cookies.h"

#include <stdint.h>
#include <stdlib.h>

#define NOW 1700000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool take(void *jar, struct slice line)
{
    cookie_jar_read_line(jar, line, false, NOW);
    return true;
}

static void check_jar(struct cookie_jar *jar)
{
    struct buf text = {0}, field = {0};
    struct cookie_origin stranger = {.host = "evil.test", .is_secure = true, .path = "/"};
    cookie_jar_write(jar, &text, NOW);
    struct cookie_jar *again = cookie_jar_new();
    struct lines lines = {.max = COOKIE_JAR_LINE_MAX};
    require(lines_feed(&lines, buf_slice(&text), take, again) && lines_end(&lines, take, again));
    require(cookie_jar_count(again) == cookie_jar_count(jar));
    cookie_jar_print(jar, &field, &stranger, NOW);
    require(field.len + strlen("Cookie: ") <= COOKIE_FIELD_MAX);
    for (size_t i = 0; i < field.len; i++)
        require((unsigned char)buf_slice(&field).ptr[i] >= 0x20);
    lines_done(&lines);
    buf_done(&text);
    buf_done(&field);
    cookie_jar_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make(data, size);
    struct cookie_jar *set = cookie_jar_new(), *read = cookie_jar_new();
    struct cookie_origin origin = {.host = "a.example.com", .is_secure = size % 2, .path = "/p/q"};
    struct lines lines = {.max = COOKIE_JAR_LINE_MAX};
    if (lines_feed(&lines, text, take, read))
        lines_end(&lines, take, read);
    while (text.len > 0) {
        struct slice line = slice_first(text, slice_find(text, '\n'));
        text = slice_from(text, line.len < text.len ? line.len + 1 : line.len);
        const struct cookie *told = NULL;
        bool is_replaced = false;
        cookie_jar_set(set, line, &origin, NOW, &told, &is_replaced);
        require(!told || cookie_is_below(slice_of(origin.host), slice_of(told->domain)));
        require(!told || !told->is_secure || origin.is_secure);
    }
    check_jar(set);
    check_jar(read);
    lines_done(&lines);
    cookie_jar_free(set);
    cookie_jar_free(read);
    return 0;
}
