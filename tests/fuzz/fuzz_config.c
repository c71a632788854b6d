/* Config files, line by line, and variables in their values. A line is one option, one section, or nothing; an argument
 * without {{ comes out as it went in. */
#include "base/mem.h"
#include "cli/config_line.h"
#include "cli/variables.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The line's value is given the name v, and then the value itself is expanded. */
static void expand(const char *value, const char *word)
{
    struct variables variables = {0};
    struct variable_spec spec;
    struct buf text = {0}, out = {0};
    struct slice culprit = {0};
    buf_append_text(&text, value);
    variables_put(&variables, SLICE("v"), &text);
    if (!variable_spec_read(&spec, value) && (spec.name.len == 0 || spec.name.len > VARIABLE_NAME_MAX))
        abort();
    const char *problem = variables_expand(&variables, slice_of(value), &out, &culprit);
    if (!strstr(value, "{{") && (problem || strcmp(buf_text(&out), value) != 0))
        abort();
    if (!problem && slice_find(buf_slice(&out), '\0') < out.len)
        abort();
    if (word[0] != '-')
        abort();
    variables_done(&variables);
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_make(data, size);
    while (rest.len > 0) {
        struct slice text = slice_first(rest, slice_find(rest, '\n'));
        rest = slice_from(rest, text.len < rest.len ? text.len + 1 : text.len);
        struct config_line line;
        config_line_read(&line, text);
        bool has_word = line.kind == CONFIG_OPTION || line.kind == CONFIG_SECTION;
        if (has_word != (line.word != NULL) || (line.value && strlen(line.value) >= text.len))
            abort();
        if (line.kind == CONFIG_WRONG && !line.remark)
            abort();
        if (line.value)
            expand(line.value, line.word);
        config_line_done(&line);
    }
    return 0;
}
