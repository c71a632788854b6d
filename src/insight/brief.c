/* Long lists in short. */
#include "insight/brief.h"

#include "base/escape.h"
#include "insight/names.h"

#include <stdio.h>

enum {
    LONG = 12,       /* lists up to this are told whole */
    SHOWN = 8,       /* of longer ones */
    FIRST_SUITES = 3 /* of a list without any of TLS 1.3 */
};

static bool is_suite_of_1_3(uint32_t code)
{
    return code >> 8 == 0x13;
}

static void fold_count(struct fold *fold, size_t n, const char *what)
{
    char text[64];
    snprintf(text, sizeof text, "+%zu %s (-vvv lists)", n, what);
    fold_value(fold, slice_of(text));
}

/* Those of TLS 1.3 by name: there are few, and one of them is what comes of it nearly always. */
static void fold_suites(struct fold *fold, const struct message *m, const struct message_field *list)
{
    const struct message_value *values = message_values(m, list);
    size_t n_shown = 0;
    for (size_t i = 0; i < list->n; i++)
        if (is_suite_of_1_3(values[i].code)) {
            fold_value(fold, message_value_text(m, &values[i]));
            n_shown++;
        }
    bool has_1_3 = n_shown > 0;
    for (size_t i = 0; i < list->n && !has_1_3 && n_shown < FIRST_SUITES; i++, n_shown++)
        fold_value(fold, message_value_text(m, &values[i]));
    if (n_shown < list->n)
        fold_count(fold, list->n - n_shown, has_1_3 ? "for TLS 1.2" : "more");
}

/* What signature schemes are made of: those from first to last, in such steps. */
static const struct family {
    uint16_t first, last, step;
    const char *name;
} families[] = {
    {0x0403, 0x0603, 0x100, "ecdsa"}, {0x0807, 0x0807, 1, "ed25519"}, {0x0808, 0x0808, 1, "ed448"},
    {0x0804, 0x0806, 1, "rsa-pss"},   {0x0401, 0x0601, 0x100, "rsa"}, {0x0809, 0x080b, 1, "rsa-pss"},
    {0x081a, 0x081c, 1, "brainpool"}, {0x0904, 0x0906, 1, "ml-dsa"},  {0x0402, 0x0602, 0x100, "dsa"},
    {0x0301, 0x0303, 1, "sha224"},    {0x0201, 0x0203, 1, "sha1"},
};

enum {
    N_FAMILIES = sizeof families / sizeof *families,
    ECDSA = 0,
    PSS_WITH_RSA_KEY = 3, /* the same name for people */
    PSS_WITH_PSS_KEY = 5,
};

/* N_FAMILIES for one that is in none. */
static size_t family_of(uint32_t code)
{
    size_t i = 0;
    while (i < N_FAMILIES &&
           (code < families[i].first || code > families[i].last || (code - families[i].first) % families[i].step != 0))
        i++;
    return i == PSS_WITH_PSS_KEY ? PSS_WITH_RSA_KEY : i;
}

/* "ecdsa P-256/384/521" */
static void append_curves(struct buf *out, const struct message_value *values, size_t n)
{
    static const char *const curves[] = {"256", "384", "521"};
    const char *before = " P-";
    unsigned told = 0;
    for (size_t i = 0; i < n; i++) {
        if (family_of(values[i].code) != ECDSA)
            continue;
        unsigned which = (values[i].code >> 8) - 4;
        if ((told & 1u << which) == 0)
            buf_printf(out, "%s%s", before, curves[which]);
        told |= 1u << which;
        before = "/";
    }
}

/* Each family once, where it first stands: the order is a preference. */
static void fold_signatures(struct fold *fold, const struct message *m, const struct message_field *list)
{
    const struct message_value *values = message_values(m, list);
    struct buf text = {0};
    unsigned told = 0;
    size_t n_strange = 0;
    for (size_t i = 0; i < list->n; i++) {
        size_t family = family_of(values[i].code);
        bool is_strange = family == N_FAMILIES;
        if (is_strange ? n_strange++ >= SHOWN : (told & 1u << family) != 0)
            continue;
        buf_clear(&text);
        if (is_strange)
            escape_append(&text, message_value_text(m, &values[i]));
        else
            buf_append_text(&text, families[family].name);
        if (family == ECDSA)
            append_curves(&text, values, list->n);
        told |= is_strange ? 0 : 1u << family;
        fold_value(fold, buf_slice(&text));
    }
    if (n_strange > SHOWN)
        fold_count(fold, n_strange - SHOWN, "more");
    buf_done(&text);
}

bool brief_list(struct fold *fold, const struct message *m, const struct message_field *list)
{
    bool is_signatures = strcmp(list->name, "signatures") == 0 || strcmp(list->name, "cert signatures") == 0;
    if (list->n == 0)
        return false;
    if (strcmp(list->name, "ciphers") == 0) {
        fold_suites(fold, m, list);
        return true;
    }
    if (is_signatures) {
        fold_signatures(fold, m, list);
        return true;
    }
    if (list->n <= LONG)
        return false;
    struct buf text = {0};
    for (size_t i = 0; i < SHOWN; i++) {
        buf_clear(&text);
        escape_append(&text, message_value_text(m, message_values(m, list) + i));
        fold_value(fold, buf_slice(&text));
    }
    buf_done(&text);
    fold_count(fold, list->n - SHOWN, "more");
    return true;
}
