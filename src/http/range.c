/* Content-Range, and what it means for a download that goes on. */
#include "http/range.h"

#include "http/date.h"

/* Digits at the front of *text; more than 19 of them are nothing that exists. */
static bool take_number(struct slice *text, uint64_t *number)
{
    size_t n = 0;
    *number = 0;
    while (n < text->len && text->ptr[n] >= '0' && text->ptr[n] <= '9')
        *number = n < 19 ? *number * 10 + (uint64_t)(text->ptr[n++] - '0') : (n++, UINT64_MAX);
    *text = slice_from(*text, n);
    return n > 0 && n <= 19;
}

static bool take(struct slice *text, struct slice what)
{
    if (!slice_starts_with(*text, what))
        return false;
    *text = slice_from(*text, what.len);
    return true;
}

bool content_range_parse(struct slice value, struct content_range *range)
{
    *range = (struct content_range){0};
    struct slice rest = slice_trim(value);
    if (!slice_equal_nocase(slice_first(rest, 5), SLICE("bytes")))
        return false;
    rest = slice_trim(slice_from(rest, 5));
    /* Some servers write "bytes: 5-9/10" or "bytes=5-9/10". */
    if (take(&rest, SLICE(":")) || take(&rest, SLICE("=")))
        rest = slice_trim(rest);
    if (!take(&rest, SLICE("*"))) {
        range->has_first = take_number(&rest, &range->first);
        bool has_last = range->has_first && take(&rest, SLICE("-")) && take_number(&rest, &range->last);
        range->is_contradiction = has_last && range->first > range->last;
        if (!has_last)
            return false;
    }
    if (!take(&rest, SLICE("/")))
        return false;
    if (take(&rest, SLICE("*")))
        return rest.len == 0 && range->has_first && !range->is_contradiction;
    range->has_total = take_number(&rest, &range->total) && rest.len == 0;
    range->is_contradiction =
        range->is_contradiction || (range->has_first && range->has_total && range->last >= range->total);
    return range->has_total && !range->is_contradiction;
}

enum resume_verdict resume_judge(uint64_t offset, int status, const char *content_range, bool has_length,
                                 uint64_t length)
{
    struct content_range range;
    if (status == 416)
        return RESUME_IS_WHOLE;
    if (content_range) {
        content_range_parse(slice_of(content_range), &range);
        bool is_next = range.has_first && range.first == offset && !range.is_contradiction;
        return is_next ? RESUME_GOES_ON : RESUME_REFUSED;
    }
    return has_length && length == offset ? RESUME_IS_WHOLE : RESUME_REFUSED;
}

const char *range_validator(const struct http_headers *headers)
{
    const char *tag = http_headers_get(headers, "ETag");
    const char *modified = http_headers_get(headers, "Last-Modified");
    const char *date = http_headers_get(headers, "Date");
    const char *accepts = http_headers_get(headers, "Accept-Ranges");
    int64_t modified_s = 0, date_s = 0;
    if (accepts && http_list_has(slice_of(accepts), SLICE("none")))
        return NULL;
    if (tag) {
        size_t len = strlen(tag);
        return len >= 2 && tag[0] == '"' && tag[len - 1] == '"' ? tag : NULL;
    }
    bool has_dates = modified && date && http_date_parse(slice_of(modified), &modified_s) &&
                     http_date_parse(slice_of(date), &date_s);
    return has_dates && date_s > modified_s ? modified : NULL;
}

/* The answer may leave its validator out, since it was asked by it; it may not bear another one. */
static bool is_same_version(const char *validator, const struct http_headers *headers)
{
    const char *now = http_headers_get(headers, *validator == '"' ? "ETag" : "Last-Modified");
    return !now || strcmp(now, validator) == 0;
}

bool range_is_rest(const struct range_rest *rest, const struct http_response_head *head)
{
    struct content_range range;
    const char *value = http_headers_get(head->headers, "Content-Range");
    if (head->status != 206 || !value || http_headers_count(head->headers, "Content-Range") != 1 || !head->has_length)
        return false;
    if (!content_range_parse(slice_of(value), &range) || !range.has_first || range.first != rest->offset)
        return false;
    if (!range.has_total && !rest->has_total)
        return false;
    uint64_t total = rest->has_total ? rest->total : range.total;
    bool is_same_size = !range.has_total || range.total == total;
    return is_same_size && range.last == total - 1 && head->length == total - rest->offset &&
           is_same_version(rest->validator, head->headers);
}
