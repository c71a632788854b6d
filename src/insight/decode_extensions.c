/* Extensions of TLS messages taken apart (RFC 8446 section 4.2, RFC 6066, RFC 7301, RFC 6962, RFC 8879, RFC 8449). */
#include "insight/decode_parts.h"

#include <stdio.h>

static bool read_versions(struct message *m, struct cursor *c, enum extension_place place)
{
    char number[NAME_SIZE];
    if (place == IN_CLIENT_HELLO)
        return decode_codes(m, "versions", cursor_vector(c, 1), name_of_protocol);
    uint16_t version = cursor_u16(c);
    message_name(m, "version", name_of_protocol(number, version), version);
    return true;
}

static bool read_server_name(struct message *m, struct cursor *c, enum extension_place place)
{
    if (place != IN_CLIENT_HELLO) { /* RFC 6066 section 3: an empty one says that it was used */
        message_text(m, "server name", "known to the server");
        return true;
    }
    struct cursor list = cursor_vector(c, 2);
    message_list(m, "server name");
    while (cursor_has_more(&list)) {
        cursor_number(&list, 1); /* the only type there is: host_name */
        struct cursor name = cursor_vector(&list, 2);
        if (!list.is_broken)
            message_value(m, name.rest, NO_CODE, NO_SIZE);
    }
    return !list.is_broken;
}

static bool read_alpn(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    struct cursor list = cursor_vector(c, 2);
    message_list(m, "ALPN");
    while (cursor_has_more(&list)) {
        struct cursor name = cursor_vector(&list, 1);
        if (!list.is_broken)
            message_value(m, name.rest, NO_CODE, NO_SIZE);
    }
    return !list.is_broken;
}

static bool read_groups(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    return decode_codes(m, "groups", cursor_vector(c, 2), name_of_group);
}

static void add_share(struct message *m, struct cursor *c)
{
    char number[NAME_SIZE];
    uint16_t group = cursor_u16(c);
    struct cursor key = cursor_vector(c, 2);
    if (!c->is_broken)
        message_value(m, slice_of(name_is_grease(group) ? "GREASE" : name_of_group(number, group)), group,
                      (uint32_t)key.rest.len);
}

static bool read_key_share(struct message *m, struct cursor *c, enum extension_place place)
{
    char number[NAME_SIZE];
    if (place == IN_RETRY) {
        uint16_t group = cursor_u16(c);
        message_name(m, "wants key share", name_of_group(number, group), group);
        return true;
    }
    message_list(m, "key share");
    if (place != IN_CLIENT_HELLO) {
        add_share(m, c);
        return true;
    }
    struct cursor list = cursor_vector(c, 2);
    while (cursor_has_more(&list))
        add_share(m, &list);
    return !list.is_broken;
}

static bool read_signatures(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    return decode_codes(m, "signatures", cursor_vector(c, 2), name_of_signature);
}

static bool read_certificate_signatures(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    return decode_codes(m, "cert signatures", cursor_vector(c, 2), name_of_signature);
}

static bool read_psk(struct message *m, struct cursor *c, enum extension_place place)
{
    if (place == IN_SERVER_HELLO) {
        uint16_t chosen = cursor_u16(c);
        message_text(m, "resumption", chosen == 0 ? "ticket accepted" : "another ticket accepted");
        return true;
    }
    struct cursor identities = cursor_vector(c, 2), binders = cursor_vector(c, 2);
    message_list(m, "resumption");
    while (cursor_has_more(&identities)) {
        struct cursor identity = cursor_vector(&identities, 2);
        cursor_take(&identities, 4); /* its age */
        if (!identities.is_broken)
            message_value(m, SLICE("ticket"), NO_CODE, (uint32_t)identity.rest.len);
    }
    while (cursor_has_more(&binders))
        cursor_vector(&binders, 1);
    return !identities.is_broken && !binders.is_broken;
}

static bool read_psk_modes(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    struct cursor modes = cursor_vector(c, 1);
    message_list(m, "PSK modes");
    while (cursor_has_more(&modes)) {
        uint32_t mode = cursor_number(&modes, 1);
        message_value(m, slice_of(mode == 0 ? "psk_ke" : mode == 1 ? "psk_dhe_ke" : "unknown"), mode, NO_SIZE);
    }
    return true;
}

/* RFC 5077 section 3.2: TLS 1.2's. */
static bool read_session_ticket(struct message *m, struct cursor *c, enum extension_place place)
{
    struct slice ticket = cursor_take(c, c->rest.len);
    if (place == IN_SERVER_HELLO) {
        message_text(m, "ticket", "will follow");
    } else if (ticket.len > 0) {
        message_list(m, "resumption");
        message_value(m, SLICE("ticket"), NO_CODE, (uint32_t)ticket.len);
    }
    return true;
}

static bool read_early_data(struct message *m, struct cursor *c, enum extension_place place)
{
    if (place == IN_TICKET)
        message_number(m, "early data", cursor_number(c, 4), UNIT_BYTES);
    else
        message_text(m, "early data", place == IN_CLIENT_HELLO ? "follows" : "accepted");
    return true;
}

static bool read_status_request(struct message *m, struct cursor *c, enum extension_place place)
{
    if (place == IN_CERTIFICATE)
        return decode_staple(m, c);
    cursor_take(c, c->rest.len);
    message_text(m, "staple", place == IN_SERVER_HELLO ? "will follow" : "asked for");
    return true;
}

static bool read_timestamps(struct message *m, struct cursor *c, enum extension_place place)
{
    if (place != IN_CLIENT_HELLO && place != IN_CERTIFICATE_REQUEST)
        return decode_timestamps(m, c);
    message_text(m, "CT timestamps", "asked for");
    return true;
}

static bool read_cookie(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    message_number(m, "cookie", cursor_vector(c, 2).rest.len, UNIT_BYTES);
    return true;
}

static bool read_authorities(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    return decode_issuers(m, c);
}

static bool read_point_formats(struct message *m, struct cursor *c, enum extension_place place)
{
    static const char *const names[] = {"uncompressed", "compressed_prime", "compressed_char2"};
    (void)place;
    struct cursor formats = cursor_vector(c, 1);
    message_list(m, "point formats");
    while (cursor_has_more(&formats)) {
        uint32_t format = cursor_number(&formats, 1);
        message_value(m, slice_of(format < 3 ? names[format] : "unknown"), format, NO_SIZE);
    }
    return true;
}

static bool read_record_limit(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    message_number(m, "record limit", cursor_number(c, 2), UNIT_BYTES);
    return true;
}

static bool read_fragment_length(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    uint32_t code = cursor_number(c, 1);
    if (code < 1 || code > 4)
        return false;
    message_number(m, "record limit", (uint64_t)256 << code, UNIT_BYTES);
    return true;
}

static bool read_certificate_compression(struct message *m, struct cursor *c, enum extension_place place)
{
    (void)place;
    return decode_codes(m, "cert compression", cursor_vector(c, 1), name_of_certificate_compression);
}

struct reader {
    uint16_t type;
    const char *name; /* of its field, for when it makes no sense */
    bool is_detail;
    bool (*read)(struct message *m, struct cursor *c, enum extension_place place);
};

static void read_all(struct message *m, struct cursor list, enum extension_place place, const struct reader *readers,
                     size_t n)
{
    struct cursor content;
    for (size_t i = 0; i < n; i++) {
        if (!cursor_extension(list, readers[i].type, &content))
            continue;
        message_details(m, readers[i].is_detail);
        bool is_read = readers[i].read(m, &content, place);
        if (!is_read || content.is_broken || content.rest.len > 0)
            message_unreadable(m, readers[i].name);
    }
    message_details(m, false);
}

void decode_identity_extensions(struct message *m, struct cursor list, enum extension_place place)
{
    static const struct reader readers[] = {
        {EXT_SUPPORTED_VERSIONS, "versions", false, read_versions},
        {EXT_SERVER_NAME, "server name", false, read_server_name},
        {EXT_ALPN, "ALPN", false, read_alpn},
    };
    read_all(m, list, place, readers, sizeof readers / sizeof *readers);
}

void decode_other_extensions(struct message *m, struct cursor list, enum extension_place place)
{
    static const struct reader readers[] = {
        {EXT_SUPPORTED_GROUPS, "groups", false, read_groups},
        {EXT_KEY_SHARE, "key share", false, read_key_share},
        {EXT_SIGNATURE_ALGORITHMS, "signatures", false, read_signatures},
        {EXT_SIGNATURE_ALGORITHMS_CERT, "cert signatures", false, read_certificate_signatures},
        {EXT_CERTIFICATE_AUTHORITIES, "accepted issuers", false, read_authorities},
        {EXT_PRE_SHARED_KEY, "resumption", false, read_psk},
        {EXT_SESSION_TICKET, "resumption", false, read_session_ticket},
        {EXT_EARLY_DATA, "early data", false, read_early_data},
        {EXT_STATUS_REQUEST, "staple", false, read_status_request},
        {EXT_SCT, "CT timestamps", false, read_timestamps},
        {EXT_COOKIE, "cookie", false, read_cookie},
        {EXT_RECORD_SIZE_LIMIT, "record limit", false, read_record_limit},
        {EXT_MAX_FRAGMENT_LENGTH, "record limit", false, read_fragment_length},
        {EXT_COMPRESS_CERTIFICATE, "cert compression", false, read_certificate_compression},
        {EXT_PSK_MODES, "PSK modes", true, read_psk_modes},
        {EXT_POINT_FORMATS, "point formats", true, read_point_formats},
    };
    read_all(m, list, place, readers, sizeof readers / sizeof *readers);
}

bool decode_extension_names(struct message *m, struct cursor list)
{
    char number[NAME_SIZE];
    if (list.rest.len == 0)
        return true;
    message_details(m, true);
    message_list(m, "extensions");
    while (cursor_has_more(&list)) {
        uint16_t type = cursor_u16(&list);
        struct cursor content = cursor_vector(&list, 2);
        if (!list.is_broken)
            message_value(m, slice_of(name_is_grease(type) ? "GREASE" : name_of_extension(number, type)), type,
                          (uint32_t)content.rest.len);
    }
    message_details(m, false);
    return !list.is_broken;
}

bool decode_extensions(struct message *m, struct cursor list, enum extension_place place)
{
    decode_identity_extensions(m, list, place);
    decode_other_extensions(m, list, place);
    return decode_extension_names(m, list);
}
