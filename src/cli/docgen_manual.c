/* The manual, as a man page and as plain text, from the frame and the options. */
#include "cli/docgen.h"

#include "base/release.h"
#include "cli/markup.h"

enum {
    SOURCE_WIDTH = 110,
    TEXT_WIDTH = 78,
    TEXT_INDENT = 7,
    ITEM_INDENT = 7
};

/* Where a block stands. */
enum place {
    BEHIND_HEADING,
    IN_SECTION,
    BEHIND_TERM,
    IN_ITEM,
};

/* One way to write the manual down. */
struct writer {
    void (*heading)(struct buf *out, struct slice text);
    void (*term)(struct buf *out, struct slice text); /* an item begins */
    void (*block)(struct buf *out, struct slice block, enum place place);
};

/* "-o, --output <file>" */
static void append_names(struct buf *out, const struct option *option)
{
    if (option->letter)
        buf_printf(out, "-%c, ", option->letter);
    buf_printf(out, "--%s%s", option->kind == IS_OFF_SWITCH ? "no-" : "", option->name);
    for (size_t i = 0; i < docgen_aliases_len; i++) {
        if (strcmp(docgen_aliases[i].text, option->name) == 0)
            buf_printf(out, ", --%s", docgen_aliases[i].name);
    }
    if (option->argument)
        buf_printf(out, " <%s>", option->argument);
}

static void write_options(struct buf *out, const struct writer *writer)
{
    for (size_t i = 0; i < docgen_options_len; i++) {
        struct buf names = {0};
        struct slice text = slice_of(docgen_options[i].manual);
        struct slice block;
        append_names(&names, &docgen_options[i]);
        writer->term(out, buf_slice(&names));
        for (enum place place = BEHIND_TERM; markup_next(&text, &block); place = IN_ITEM)
            writer->block(out, block, place);
        buf_done(&names);
    }
}

static void write_exit_codes(struct buf *out, const struct writer *writer)
{
    static const struct {
        struct slice number, text;
    } codes[] = {
#define EXIT_CODE(name, number, text) {SLICE_INIT(#number), SLICE_INIT(text)},
#include "base/exit_codes.def"
#undef EXIT_CODE
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        writer->term(out, codes[i].number);
        writer->block(out, codes[i].text, BEHIND_TERM);
    }
}

static void write_manual(struct buf *out, const struct writer *writer, struct slice frame)
{
    struct slice block;
    struct slice line;
    enum place place = IN_SECTION;
    while (markup_next(&frame, &block)) {
        if (slice_equal(block, SLICE("@OPTIONS@"))) {
            write_options(out, writer);
        } else if (slice_equal(block, SLICE("@EXIT_CODES@"))) {
            write_exit_codes(out, writer);
        } else if (slice_starts_with(block, SLICE("# "))) {
            writer->heading(out, slice_from(block, 2));
            place = BEHIND_HEADING;
        } else if (slice_starts_with(block, SLICE(": "))) {
            markup_next_line(&block, &line);
            writer->term(out, slice_from(line, 2));
            writer->block(out, block, BEHIND_TERM);
        } else if (!slice_starts_with(block, SLICE("%%"))) {
            writer->block(out, block, place);
            place = IN_SECTION;
        }
    }
}

/* What roff would read as its own is escaped. */
static void append_roff_byte(struct buf *out, char c)
{
    static const struct {
        char byte;
        const char *roff;
    } escapes[] = {{'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'`', "\\(ga"}, {'~', "\\(ti"}, {'^', "\\(ha"}};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].byte == c) {
            buf_append_text(out, escapes[i].roff);
            return;
        }
    }
    buf_append_byte(out, c);
}

static bool is_option_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '#';
}

/* How many bytes at the front of word are an option's name: "--tlsv1.2" of "--tlsv1.2,"; 0 when it is none. */
static size_t option_len(struct slice word)
{
    size_t len = 0;
    while (len < word.len && is_option_byte(word.ptr[len]))
        len++;
    while (len > 0 && word.ptr[len - 1] == '.')
        len--;
    return word.len > 0 && word.ptr[0] == '-' && len > 1 ? len : 0;
}

/* A word with its options bold and its <arguments> in italics. */
static void append_roff_word(struct buf *out, struct slice word)
{
    if (slice_starts_with(word, SLICE("."))) /* at the start of a line it would be a request */
        buf_append_text(out, "\\&");
    bool may_be_option = true;
    while (word.len > 0) {
        size_t len = may_be_option ? option_len(word) : 0;
        const char *font = len > 0 ? "\\fB" : NULL;
        if (len == 0 && word.ptr[0] == '<' && slice_find(word, '>') < word.len) {
            len = slice_find(word, '>') + 1;
            font = "\\fI";
        }
        if (font)
            buf_append_text(out, font);
        len = len ? len : 1;
        for (size_t i = 0; i < len; i++)
            append_roff_byte(out, word.ptr[i]);
        if (font)
            buf_append_text(out, "\\fP");
        may_be_option = word.ptr[0] == '(' || word.ptr[0] == '"';
        word = slice_from(word, len);
    }
}

static void append_roff_words(struct buf *out, struct slice text)
{
    struct slice word;
    size_t column = 0;
    while (markup_next_word(&text, &word)) {
        if (column > 0 && column + word.len > SOURCE_WIDTH) {
            buf_append_byte(out, '\n');
            column = 0;
        }
        if (column > 0)
            buf_append_byte(out, ' ');
        append_roff_word(out, word);
        column += word.len + 1;
    }
    buf_append_byte(out, '\n');
}

static void man_heading(struct buf *out, struct slice text)
{
    buf_printf(out, ".SH %.*s\n", (int)text.len, text.ptr);
}

static void man_term(struct buf *out, struct slice text)
{
    buf_append_text(out, ".TP\n");
    append_roff_words(out, text);
}

static void man_block(struct buf *out, struct slice block, enum place place)
{
    struct slice line;
    bool is_verbatim = markup_is_verbatim(block);
    if (place == IN_ITEM || (place == BEHIND_TERM && is_verbatim))
        buf_append_text(out, ".IP\n");
    if (place == IN_SECTION)
        buf_append_text(out, ".PP\n");
    if (!is_verbatim) {
        append_roff_words(out, block);
        return;
    }
    buf_append_text(out, ".nf\n");
    while (markup_next_line(&block, &line)) {
        line = slice_from(line, line.len < MARKUP_VERBATIM_INDENT ? line.len : MARKUP_VERBATIM_INDENT);
        if (slice_starts_with(line, SLICE(".")))
            buf_append_text(out, "\\&");
        for (size_t i = 0; i < line.len; i++)
            append_roff_byte(out, line.ptr[i]);
        buf_append_byte(out, '\n');
    }
    buf_append_text(out, ".fi\n");
}

void docgen_man(struct buf *out, struct slice frame)
{
    static const struct writer writer = {man_heading, man_term, man_block};
    buf_append_text(out, ".\\\" Made by peel-docgen from man/peel.1.in and src/cli/options.def; change those.\n"
                         ".TH PEEL 1 " PEEL_RELEASE_DATE " \"peel " PEEL_VERSION "\" \"User Commands\"\n");
    write_manual(out, &writer, frame);
}

static void text_heading(struct buf *out, struct slice text)
{
    buf_printf(out, "%s%.*s\n", out->len > 0 ? "\n" : "", (int)text.len, text.ptr);
}

static void text_term(struct buf *out, struct slice text)
{
    buf_append_byte(out, '\n');
    markup_wrap(out, text, 0, TEXT_INDENT, TEXT_WIDTH);
}

static void text_block(struct buf *out, struct slice block, enum place place)
{
    bool is_in_item = place == BEHIND_TERM || place == IN_ITEM;
    if (place == IN_SECTION || place == IN_ITEM)
        buf_append_byte(out, '\n');
    markup_print(out, block, TEXT_INDENT + (is_in_item ? ITEM_INDENT : 0), TEXT_WIDTH);
}

void docgen_text(struct buf *out, struct slice frame)
{
    static const struct writer writer = {text_heading, text_term, text_block};
    write_manual(out, &writer, frame);
}
