/* Response fields for -w. */
#include "transfer/fields.h"

#include "base/mem.h"

void fields_add(struct fields *f, const struct http_headers *headers)
{
    if (!f)
        return;
    f->list = mem_realloc(f->list, (f->n + headers->n + 1) * sizeof *f->list);
    for (size_t i = 0; i < headers->n; i++)
        f->list[f->n++] = (struct writeout_field){.name = mem_strdup(headers->list[i].name),
                                                  .value = mem_strdup(headers->list[i].value),
                                                  .response = f->n_responses};
    f->n_responses++;
}

void fields_done(struct fields *f)
{
    for (size_t i = 0; i < f->n; i++) {
        mem_free(f->list[i].name);
        mem_free(f->list[i].value);
    }
    mem_free(f->list);
    *f = (struct fields){0};
}
