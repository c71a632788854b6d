/* Fuzz target: any bytes as a Strict-Transport-Security field and as a list. No time is over ten years away that a
 * server asked for, no stranger is covered by a server's word, and a list that was written reads back the same. */
#include "base/lines.h"
#include "http/hsts.h"

#include <stdint.h>
#include <stdlib.h>

#define NOW 1700000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool take(void *list, struct slice line)
{
    return hsts_read_line(list, line);
}

static void read_all(struct hsts *list, struct slice text)
{
    struct lines lines = {.max = HSTS_LINE_MAX};
    if (lines_feed(&lines, text, take, list))
        lines_end(&lines, take, list);
    lines_done(&lines);
}

static void check_list(const struct hsts *list)
{
    struct buf text = {0}, text_again = {0};
    struct hsts *again = hsts_new();
    hsts_write(list, &text, NOW);
    read_all(again, buf_slice(&text));
    hsts_write(again, &text_again, NOW);
    require(slice_equal(buf_slice(&text), buf_slice(&text_again)));
    buf_done(&text);
    buf_done(&text_again);
    hsts_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hsts *told = hsts_new(), *read = hsts_new();
    hsts_take_field(told, "a.example.com", slice_make(data, size), NOW);
    require(!hsts_covers(told, "a.example.com", NOW + HSTS_AGE_MAX_S + (int64_t)1));
    require(!hsts_covers(told, "example.com", NOW) && !hsts_covers(told, "b.example.com", NOW));
    read_all(read, slice_make(data, size));
    check_list(told);
    check_list(read);
    hsts_free(told);
    hsts_free(read);
    return 0;
}
