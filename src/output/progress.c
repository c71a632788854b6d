/* The progress line as text. */
#include "output/progress.h"

#include "base/columns.h"
#include "base/escape.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    BAR_LONGEST = 26, /* cells between the brackets */
    BAR_SHORTEST = 8,
    NAME_COLUMN = 12, /* short names are padded to this, so that the bars of several fetches stand in a row */
    NAME_SHORTEST = 4,
};

/* 1000^unit bytes is one of the unit. */
static const char *const unit_names[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

/* n in tenths of the unit, rounded down: 100 % or the next number is not shown before it is there. */
static uint64_t in_tenths(uint64_t n, unsigned unit)
{
    if (unit == 0)
        return n > UINT64_MAX / 10 ? UINT64_MAX : n * 10;
    uint64_t tenth = 100;
    for (unsigned i = 1; i < unit; i++)
        tenth *= 1000;
    return n / tenth;
}

static unsigned unit_of(uint64_t n)
{
    unsigned unit = 0;
    for (; n >= 1000; n /= 1000)
        unit++;
    return unit;
}

/* Without a decimal from `whole_from` units on, and for plain bytes. */
static void append_number(struct buf *out, uint64_t n, unsigned unit, uint64_t whole_from)
{
    uint64_t tenths = in_tenths(n, unit);
    if (unit == 0 || tenths >= whole_from * 10) {
        buf_printf(out, "%" PRIu64, unit == 0 ? n : tenths / 10);
        return;
    }
    buf_printf(out, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
}

static uint64_t bytes_per_second(const struct progress *p)
{
    uint64_t ms = p->elapsed_us / 1000;
    if (ms == 0)
        return 0;
    uint64_t came = p->done > p->before ? p->done - p->before : 0;
    return came > UINT64_MAX / 1000 ? came / ms * 1000 : came * 1000 / ms;
}

static unsigned percent(const struct progress *p)
{
    if (p->done >= p->total)
        return 100;
    return (unsigned)(p->total > UINT64_MAX / 100 ? p->done / (p->total / 100) : p->done * 100 / p->total);
}

/* Time left as M:SS or H:MM:SS. */
static void append_time_left(struct buf *out, const struct progress *p, uint64_t speed)
{
    if (speed == 0) {
        buf_append_text(out, "-:--");
        return;
    }
    uint64_t left = p->done >= p->total ? 0 : (p->total - p->done) / speed;
    if (left >= 360000)
        buf_append_text(out, ">99 h");
    else if (left >= 3600)
        buf_printf(out, "%u:%02u:%02u", (unsigned)(left / 3600), (unsigned)(left / 60 % 60), (unsigned)(left % 60));
    else
        buf_printf(out, "%u:%02u", (unsigned)(left / 60), (unsigned)(left % 60));
}

/* All that stands right of name and bar: "  1.9/3.5 GB  88 MB/s  0:18". */
static void append_figures(struct buf *out, const struct progress *p)
{
    uint64_t speed = bytes_per_second(p);
    bool is_total_known = p->total > 0;
    unsigned unit = unit_of(is_total_known && p->total >= p->done ? p->total : p->done);
    if (is_total_known)
        buf_printf(out, "%3u%%  ", percent(p));
    append_number(out, p->done, unit, 100);
    if (is_total_known) {
        buf_append_byte(out, '/');
        append_number(out, p->total, unit, 100);
    }
    unsigned speed_unit = unit_of(speed);
    buf_printf(out, " %s  ", unit_names[unit]);
    append_number(out, speed, speed_unit, 10);
    buf_printf(out, " %s/s", unit_names[speed_unit]);
    if (is_total_known) {
        buf_append_text(out, "  ");
        append_time_left(out, p, speed);
    }
}

/* Escaped text in exactly (when it is longer: cut with "..") that many columns. */
static void append_in_columns(struct buf *out, struct slice text, size_t room)
{
    size_t wide = columns_of(text);
    if (wide > room) {
        struct slice fitting = slice_first(text, columns_fit(text, room - 2));
        buf_append(out, fitting);
        buf_append_text(out, "..");
        wide = columns_of(fitting) + 2;
    } else {
        buf_append(out, text);
    }
    for (; wide < room; wide++)
        buf_append_byte(out, ' ');
}

static void append_bar(struct buf *out, const struct progress *p, size_t cells)
{
    size_t full = percent(p) * cells / 100;
    buf_append_byte(out, '[');
    for (size_t i = 0; i < cells; i++)
        buf_append_byte(out, i < full ? '#' : '-');
    buf_append_text(out, "] ");
}

/* Name and bar in the room that the figures leave. */
static void append_left_part(struct buf *out, const struct progress *p, struct slice name, size_t room)
{
    enum {
        BRACKETS = 3, /* and the blank behind them */
    };
    size_t wide = columns_of(name), cells = 0;
    size_t name_room = name.len == 0 ? 0 : wide > NAME_COLUMN ? wide : NAME_COLUMN;
    if (p->total > 0 && room >= BAR_SHORTEST + BRACKETS) {
        size_t least_name = name.len == 0 ? 0 : NAME_COLUMN + 1;
        if (room >= least_name + BAR_SHORTEST + BRACKETS) {
            size_t spare = room - least_name - BRACKETS;
            cells = spare > BAR_LONGEST ? BAR_LONGEST : spare;
        }
    }
    size_t left = room - (cells > 0 ? cells + BRACKETS : 0);
    if (name.len > 0 && left > NAME_SHORTEST) {
        append_in_columns(out, name, name_room + 1 > left ? left - 1 : name_room);
        buf_append_byte(out, ' ');
    }
    if (cells > 0)
        append_bar(out, p, cells);
}

void progress_format(struct buf *out, const struct progress *progress, unsigned width)
{
    struct buf name = {0}, figures = {0};
    escape_append(&name, slice_of(progress->name));
    append_figures(&figures, progress);
    size_t room = width > 0 ? width - 1 : 0;
    struct slice right = slice_first(buf_slice(&figures), room);
    append_left_part(out, progress, buf_slice(&name), room - right.len);
    buf_append(out, right);
    buf_done(&name);
    buf_done(&figures);
}

/* -#, total unknown: the mark goes one cell a tenth of a second and turns round at the ends. */
static void append_flying_mark(struct buf *out, const struct progress *p, size_t cells)
{
    static const char mark[] = "-=O=-";
    size_t way = cells - (sizeof mark - 1);
    size_t step = way > 0 ? (size_t)(p->elapsed_us / 100000) % (2 * way) : 0;
    size_t at = step > way ? 2 * way - step : step;
    buf_printf(out, "%*s%s%*s", (int)at, "", mark, (int)(way - at), "");
}

void progress_format_hashes(struct buf *out, const struct progress *progress, unsigned width)
{
    enum {
        LEAST = 20,
        MOST = 400,
        PERCENTAGE = 8, /* " 100.0%" and the column that stays free */
    };
    size_t cells = (width < LEAST ? LEAST : width > MOST ? MOST : width) - PERCENTAGE;
    if (progress->total == 0) {
        append_flying_mark(out, progress, cells);
        return;
    }
    double share = progress->done >= progress->total ? 1 : (double)progress->done / (double)progress->total;
    size_t full = (size_t)(share * (double)cells);
    for (size_t i = 0; i < cells; i++)
        buf_append_byte(out, i < full ? '#' : ' ');
    buf_printf(out, " %5.1f%%", share * 100);
}
