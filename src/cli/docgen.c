/* peel-docgen: the table, the arguments, the output. */
#include "cli/docgen.h"

#include <stdio.h>

#define OPTION(name, letter, kind, argument, categories, set, field, help, manual)                                     \
    {name, letter, kind, argument, categories, NULL, 0, help, manual},
const struct option docgen_options[] = {
#include "cli/options.def"
};
const size_t docgen_options_len = sizeof docgen_options / sizeof *docgen_options;

#define ALIAS(name, of) {name, 0, PEEL_OK, of},
const struct option_other docgen_aliases[] = {
#include "cli/options.def"
};
const size_t docgen_aliases_len = sizeof docgen_aliases / sizeof *docgen_aliases;

#define CATEGORY(bit, name, help) name,
const char *const docgen_categories[] = {
#include "cli/options.def"
};
const size_t docgen_categories_len = sizeof docgen_categories / sizeof *docgen_categories;

static bool read_frame(struct buf *into, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t n = 0;
    do {
        struct span space = buf_reserve(into, 4096);
        n = fread(space.ptr, 1, space.len, file);
        buf_added(into, n);
    } while (n > 0);
    bool ok = !ferror(file);
    fclose(file);
    return ok;
}

static void as_initializer(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        buf_printf(out, "%d,%s", text.ptr[i], i % 24 == 23 ? "\n" : "");
    buf_append_byte(out, '\n');
}

static bool write_document(struct buf *out, const char *kind, struct slice frame)
{
    struct buf text = {0};
    if (strcmp(kind, "man") == 0)
        docgen_man(out, frame);
    else if (strcmp(kind, "text") == 0)
        docgen_text(out, frame);
    else if (strcmp(kind, "inc") == 0) {
        docgen_text(&text, frame);
        as_initializer(out, buf_slice(&text));
    } else if (strcmp(kind, "bash") == 0)
        docgen_bash(out);
    else if (strcmp(kind, "zsh") == 0)
        docgen_zsh(out);
    else if (strcmp(kind, "fish") == 0)
        docgen_fish(out);
    else
        return false;
    buf_done(&text);
    return true;
}

int main(int argc, char **argv)
{
    struct buf frame = {0};
    struct buf out = {0};
    if (argc > 2 && !read_frame(&frame, argv[2])) {
        perror(argv[2]);
        return 1;
    }
    if (argc < 2 || !write_document(&out, argv[1], buf_slice(&frame))) {
        fputs("usage: peel-docgen man|text|inc|bash|zsh|fish [FRAME]\n", stderr);
        return 2;
    }
    struct slice bytes = buf_slice(&out);
    bool ok = fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len && fflush(stdout) == 0;
    buf_done(&frame);
    buf_done(&out);
    return ok ? 0 : 1;
}
