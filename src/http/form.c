/* The tree of a form's parts. */
#include "http/form.h"

#include "base/mem.h"

struct form_part *form_add(struct form_part *parent)
{
    struct form_part *part = mem_alloc(sizeof *part);
    part->parent = parent;
    parent->parts = mem_realloc(parent->parts, (parent->n_parts + 1) * sizeof(struct form_part *));
    parent->parts[parent->n_parts++] = part;
    return part;
}

/* The values of a form may be passwords. */
static void part_done(struct form_part *part)
{
    for (size_t i = 0; i < part->n_parts; i++) {
        part_done(part->parts[i]);
        mem_free(part->parts[i]);
    }
    for (size_t i = 0; i < part->n_headers; i++)
        mem_free_secret(part->headers[i]);
    mem_free(part->parts);
    mem_free(part->headers);
    mem_free(part->name);
    mem_free_secret(part->data);
    mem_free(part->filename);
    mem_free(part->type);
}

void form_done(struct form *form)
{
    part_done(&form->root);
    *form = (struct form){0};
}
