/* What the files behind decode.h share. Nobody else includes this.
 *
 * A decoder reads from its cursor and adds fields; it returns false when the bytes make no sense. Its caller looks
 * whether anything is left over. */
#ifndef PEEL_INSIGHT_DECODE_PARTS_H
#define PEEL_INSIGHT_DECODE_PARTS_H

#include "base/cursor.h"
#include "insight/codes.h"
#include "insight/decode.h"
#include "insight/names.h"

/* Where an extension stands: some have another form in each message. */
enum extension_place {
    IN_CLIENT_HELLO,
    IN_SERVER_HELLO,
    IN_RETRY,
    IN_ENCRYPTED_EXTENSIONS,
    IN_CERTIFICATE,
    IN_CERTIFICATE_REQUEST,
    IN_TICKET,
};

/* decode_hello.c; message: for what the bytes alone do not say */
bool decode_client_hello(struct message *m, struct cursor *c, struct slice whole);
bool decode_server_hello(struct message *m, struct cursor *c, uint64_t since_hello_us);
bool decode_encrypted_extensions(struct message *m, struct cursor *c);

/* decode_extensions.c: list is the content of a block of extensions. Who one is and talks to comes first. */
void decode_identity_extensions(struct message *m, struct cursor list, enum extension_place place);
/* The rest of those that have something to tell. */
void decode_other_extensions(struct message *m, struct cursor list, enum extension_place place);
/* All by name, as a detail; false when the block makes no sense. */
bool decode_extension_names(struct message *m, struct cursor list);
/* The three above. */
bool decode_extensions(struct message *m, struct cursor list, enum extension_place place);

/* decode_certificate.c */
bool decode_certificate(struct message *m, struct cursor *c, bool is_1_3);
bool decode_certificate_request(struct message *m, struct cursor *c, const struct handshake_view *view, bool is_1_3);
bool decode_staple(struct message *m, struct cursor *c);
/* A list of distinguished names. */
bool decode_issuers(struct message *m, struct cursor *c);
bool decode_timestamps(struct message *m, struct cursor *c);

/* decode.c: a list of 16-bit code points. */
bool decode_codes(struct message *m, const char *name, struct cursor list, const char *(*name_of)(char *, uint16_t));

#endif
