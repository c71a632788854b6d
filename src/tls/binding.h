/* What a TLS session is bound to: a digest of all that decided whom its handshake trusted and who we were. It goes by
 * what the user said, and by the state of the files behind that. Room-private. */
#ifndef PEEL_TLS_BINDING_H
#define PEEL_TLS_BINDING_H

#include "base/hash.h"
#include "tls/settings.h"
#include "tls/trust.h"

/* said: the settings as text, without secrets. A file counts as another when it was changed or replaced; of a folder
 * with certificates, that some came or went is seen, not that one was changed in place. */
void tls_binding_make(char into[HASH_HEX_SIZE], struct slice said, const struct tls_settings *settings,
                      const struct tls_trust *trust);

#endif
