/* A connection that failed, or was not even tried, by what the user's own options leave of the offer. */
#include "insight/cause_parts.h"
#include "insight/names.h"

#include "base/mem.h"

void cause_fix_options(struct connection_case *c)
{
    if (!*c->facts->options)
        return;
    char *note = mem_printf("without %s:", c->facts->options);
    block_command_without(c->block, note, "", c->facts->options);
    mem_free(note);
}

void cause_explain_nothing_to_offer(struct connection_case *c)
{
    bool has_options = *c->facts->options;
    block_say(c->block, "cause", "%s%s no ClientHello can be made, and none was sent: the server is not to blame.",
              has_options ? "With " : "As OpenSSL is set up here,", c->facts->options);
    block_say(c->block, "evidence", "%s", c->facts->text);
    cause_fix_options(c);
    if (!has_options)
        block_say(c->block, "fix", "openssl.cnf forbids too much ('openssl version -d' tells in which folder it is)");
}

/* Which versions a server may speak that has none of those offered. */
static const char *other_versions(const struct tls_breakdown *f)
{
    if (f->version_max >= 0x0304)
        return "older ones";
    return f->version_min > 0x0303 ? "others" : "newer ones";
}

void cause_explain_version_range(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    char answered[NAME_SIZE];
    if (f->answered_version > 0)
        block_say(c->block, "cause", "The server chose TLS %s, which is left out by %s.",
                  name_of_version(answered, (uint16_t)f->answered_version), f->options);
    else
        block_say(c->block, "cause",
                  "The server refused the versions that are left by %s: it speaks only %s, as it seems.", f->options,
                  other_versions(f));
    cause_show_alert(c);
    cause_show_offer(c);
    cause_fix_options(c);
}
