/* --variable, and the argument of an option that is to be expanded. */
#include "cli/setters.h"

#include "base/mem.h"

#include <stdlib.h>

/* Where the variable's text comes from: the environment first, then what stands behind the name. */
static bool read_source(struct parse *parse, const struct variable_spec *spec, struct buf *text)
{
    if (spec->is_environment) {
        char *name = mem_dup_slice(spec->name);
        const char *value = getenv(name);
        mem_free(name);
        if (value) {
            buf_append_text(text, value);
            return true;
        }
        if (!spec->source)
            return parse_fail(parse, PEEL_FAILED_INIT, "'%.*s' is not set in the environment", (int)spec->name.len,
                              spec->name.ptr);
    }
    if (spec->source == '@')
        return parse_read_file(parse, spec->rest, text);
    buf_append_text(text, spec->rest);
    return true;
}

bool set_variable(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct variable_spec spec;
    const char *problem = variable_spec_read(&spec, value);
    if (problem)
        return parse_fail(parse, PEEL_FAILED_INIT, "cannot use '%.*s': %s", (int)strcspn(value, "=@"), value,
                          problem); /* what stands behind the name may be a secret */
    struct buf text = {0};
    if (!read_source(parse, &spec, &text)) {
        buf_wipe(&text);
        return false;
    }
    if (spec.last < text.len)
        text.len = spec.last + 1;
    buf_consume(&text, spec.first < text.len ? spec.first : text.len);
    variables_put(&parse->variables, spec.name, &text);
    return true;
}

char *expand_value(struct parse *parse, const char *value)
{
    struct buf out = {0};
    struct slice culprit = {0};
    const char *problem = variables_expand(&parse->variables, slice_of(value), &out, &culprit);
    if (!problem)
        return buf_take(&out);
    buf_wipe(&out);
    parse_fail(parse, PEEL_FAILED_INIT, "%s: '%.*s'", problem, (int)culprit.len, culprit.ptr);
    return NULL;
}
