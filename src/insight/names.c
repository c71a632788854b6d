/* TLS code points by name. */
#include "insight/names.h"

#include "insight/names_rows.h"
#include "tls/alerts.h"

#include <stdio.h>

const char *name_or_number(char *into, const struct name_row *rows, size_t n, uint16_t code)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].code == code)
            return rows[i].name;
    snprintf(into, NAME_SIZE, "0x%04x", code);
    return into;
}

bool name_is_grease(uint16_t code)
{
    return (code & 0x0f0f) == 0x0a0a && code >> 8 == (code & 0xff);
}

const char *name_of_cipher(char *into, uint16_t cipher)
{
    static const struct name_row rows[] = {
        {0x1301, "AES-128-GCM"},
        {0x1302, "AES-256-GCM"},
        {0x1303, "ChaCha20-Poly1305"},
        {0x1304, "AES-128-CCM"},
        {0x1305, "AES-128-CCM-8"},
        {0xc02b, "ECDHE-ECDSA AES-128-GCM"},
        {0xc02c, "ECDHE-ECDSA AES-256-GCM"},
        {0xc02f, "ECDHE-RSA AES-128-GCM"},
        {0xc030, "ECDHE-RSA AES-256-GCM"},
        {0xcca8, "ECDHE-RSA ChaCha20-Poly1305"},
        {0xcca9, "ECDHE-ECDSA ChaCha20-Poly1305"},
        {0xccaa, "DHE-RSA ChaCha20-Poly1305"},
        {0xc023, "ECDHE-ECDSA AES-128-CBC-SHA256"},
        {0xc024, "ECDHE-ECDSA AES-256-CBC-SHA384"},
        {0xc027, "ECDHE-RSA AES-128-CBC-SHA256"},
        {0xc028, "ECDHE-RSA AES-256-CBC-SHA384"},
        {0xc009, "ECDHE-ECDSA AES-128-CBC-SHA"},
        {0xc00a, "ECDHE-ECDSA AES-256-CBC-SHA"},
        {0xc013, "ECDHE-RSA AES-128-CBC-SHA"},
        {0xc014, "ECDHE-RSA AES-256-CBC-SHA"},
        {0xc0ac, "ECDHE-ECDSA AES-128-CCM"},
        {0xc0ad, "ECDHE-ECDSA AES-256-CCM"},
        {0xc0ae, "ECDHE-ECDSA AES-128-CCM-8"},
        {0xc0af, "ECDHE-ECDSA AES-256-CCM-8"},
        {0xc05c, "ECDHE-ECDSA ARIA-128-GCM"},
        {0xc05d, "ECDHE-ECDSA ARIA-256-GCM"},
        {0xc060, "ECDHE-RSA ARIA-128-GCM"},
        {0xc061, "ECDHE-RSA ARIA-256-GCM"},
        {0xc072, "ECDHE-ECDSA Camellia-128-CBC-SHA256"},
        {0xc073, "ECDHE-ECDSA Camellia-256-CBC-SHA384"},
        {0xc076, "ECDHE-RSA Camellia-128-CBC-SHA256"},
        {0xc077, "ECDHE-RSA Camellia-256-CBC-SHA384"},
        {0xc052, "DHE-RSA ARIA-128-GCM"},
        {0xc053, "DHE-RSA ARIA-256-GCM"},
        {0xc09e, "DHE-RSA AES-128-CCM"},
        {0xc09f, "DHE-RSA AES-256-CCM"},
        {0xc0a2, "DHE-RSA AES-128-CCM-8"},
        {0xc0a3, "DHE-RSA AES-256-CCM-8"},
        {0x009e, "DHE-RSA AES-128-GCM"},
        {0x009f, "DHE-RSA AES-256-GCM"},
        {0x0067, "DHE-RSA AES-128-CBC-SHA256"},
        {0x006b, "DHE-RSA AES-256-CBC-SHA256"},
        {0x0033, "DHE-RSA AES-128-CBC-SHA"},
        {0x0039, "DHE-RSA AES-256-CBC-SHA"},
        {0x009c, "RSA AES-128-GCM"},
        {0x009d, "RSA AES-256-GCM"},
        {0x003c, "RSA AES-128-CBC-SHA256"},
        {0x003d, "RSA AES-256-CBC-SHA256"},
        {0x002f, "RSA AES-128-CBC-SHA"},
        {0x0035, "RSA AES-256-CBC-SHA"},
        {0x000a, "RSA 3DES-CBC-SHA"},
    };
    return NAME_OR_NUMBER(into, rows, cipher);
}

const char *name_of_group(char *into, uint16_t group)
{
    static const struct name_row rows[] = {
        {0x0017, "P-256"},
        {0x0018, "P-384"},
        {0x0019, "P-521"},
        {0x001d, "x25519"},
        {0x001e, "x448"},
        {0x001a, "brainpoolP256r1"},
        {0x001b, "brainpoolP384r1"},
        {0x001c, "brainpoolP512r1"},
        {0x001f, "brainpoolP256r1"},
        {0x0020, "brainpoolP384r1"},
        {0x0021, "brainpoolP512r1"},
        {0x0016, "secp256k1"},
        {0x0015, "P-224"},
        {0x0014, "secp224k1"},
        {0x0013, "P-192"},
        {0x0012, "secp192k1"},
        {0x0011, "secp160r2"},
        {0x0010, "secp160r1"},
        {0x000f, "secp160k1"},
        {0x0005, "sect193r2"},
        {0x0004, "sect193r1"},
        {0x0003, "sect163r2"},
        {0x0002, "sect163r1"},
        {0x0001, "sect163k1"},
        {0x0100, "ffdhe2048"},
        {0x0101, "ffdhe3072"},
        {0x0102, "ffdhe4096"},
        {0x0103, "ffdhe6144"},
        {0x0104, "ffdhe8192"},
        {0x0200, "MLKEM512"},
        {0x0201, "MLKEM768"},
        {0x0202, "MLKEM1024"},
        {0x11eb, "SecP256r1MLKEM768"},
        {0x11ec, "X25519MLKEM768"},
        {0x11ed, "SecP384r1MLKEM1024"},
        {0x6399, "X25519Kyber768Draft00"},
    };
    return NAME_OR_NUMBER(into, rows, group);
}

const char *name_of_signature(char *into, uint16_t signature)
{
    static const struct name_row rows[] = {
        {0x0201, "rsa_pkcs1_sha1"},
        {0x0203, "ecdsa_sha1"},
        {0x0202, "dsa_sha1"},
        {0x0301, "rsa_pkcs1_sha224"},
        {0x0302, "dsa_sha224"},
        {0x0303, "ecdsa_sha224"},
        {0x0402, "dsa_sha256"},
        {0x0502, "dsa_sha384"},
        {0x0602, "dsa_sha512"},
        {0x0401, "rsa_pkcs1_sha256"},
        {0x0501, "rsa_pkcs1_sha384"},
        {0x0601, "rsa_pkcs1_sha512"},
        {0x0403, "ecdsa_secp256r1_sha256"},
        {0x0503, "ecdsa_secp384r1_sha384"},
        {0x0603, "ecdsa_secp521r1_sha512"},
        {0x0804, "rsa_pss_rsae_sha256"},
        {0x0805, "rsa_pss_rsae_sha384"},
        {0x0806, "rsa_pss_rsae_sha512"},
        {0x0807, "ed25519"},
        {0x0808, "ed448"},
        {0x0809, "rsa_pss_pss_sha256"},
        {0x080a, "rsa_pss_pss_sha384"},
        {0x080b, "rsa_pss_pss_sha512"},
        {0x081a, "ecdsa_brainpoolP256r1tls13_sha256"},
        {0x081b, "ecdsa_brainpoolP384r1tls13_sha384"},
        {0x081c, "ecdsa_brainpoolP512r1tls13_sha512"},
        {0x0904, "mldsa44"},
        {0x0905, "mldsa65"},
        {0x0906, "mldsa87"},
    };
    return NAME_OR_NUMBER(into, rows, signature);
}

const char *name_of_version(char *into, uint16_t version)
{
    static const struct name_row rows[] = {
        {0x0304, "1.3"},
        {0x0303, "1.2"},
        {0x0302, "1.1"},
        {0x0301, "1.0"},
    };
    return NAME_OR_NUMBER(into, rows, version);
}

const char *name_of_certificate_compression(char *into, uint16_t algorithm)
{
    static const struct name_row rows[] = {{1, "zlib"}, {2, "brotli"}, {3, "zstd"}};
    return NAME_OR_NUMBER(into, rows, algorithm);
}

const char *name_of_protocol(char *into, uint16_t version)
{
    static const struct name_row rows[] = {
        {0x0304, "TLS 1.3"}, {0x0303, "TLS 1.2"}, {0x0302, "TLS 1.1"}, {0x0301, "TLS 1.0"}, {0x0300, "SSL 3.0"},
    };
    return NAME_OR_NUMBER(into, rows, version);
}

const char *name_of_alert(uint8_t description)
{
    const char *name = tls_alert_name(description);
    return name ? name : "unknown";
}

bool name_is_of_alert(uint8_t description)
{
    return tls_alert_name(description) != NULL;
}

const char *name_of_extension(char *into, uint16_t extension)
{
    static const struct name_row rows[] = {
        {0, "server_name"},
        {1, "max_fragment_length"},
        {2, "client_certificate_url"},
        {3, "trusted_ca_keys"},
        {4, "truncated_hmac"},
        {5, "status_request"},
        {6, "user_mapping"},
        {9, "cert_type"},
        {10, "supported_groups"},
        {11, "ec_point_formats"},
        {12, "srp"},
        {13, "signature_algorithms"},
        {14, "use_srtp"},
        {15, "heartbeat"},
        {16, "application_layer_protocol_negotiation"},
        {17, "status_request_v2"},
        {18, "signed_certificate_timestamp"},
        {19, "client_certificate_type"},
        {20, "server_certificate_type"},
        {21, "padding"},
        {22, "encrypt_then_mac"},
        {23, "extended_master_secret"},
        {24, "token_binding"},
        {25, "cached_info"},
        {27, "compress_certificate"},
        {28, "record_size_limit"},
        {34, "delegated_credential"},
        {35, "session_ticket"},
        {41, "pre_shared_key"},
        {42, "early_data"},
        {43, "supported_versions"},
        {44, "cookie"},
        {45, "psk_key_exchange_modes"},
        {47, "certificate_authorities"},
        {48, "oid_filters"},
        {49, "post_handshake_auth"},
        {50, "signature_algorithms_cert"},
        {51, "key_share"},
        {52, "transparency_info"},
        {57, "quic_transport_parameters"},
        {58, "ticket_request"},
        {0x3374, "next_protocol_negotiation"},
        {0x4469, "application_settings"},
        {0x44cd, "application_settings"},
        {0xfe0d, "encrypted_client_hello"},
        {0xff01, "renegotiation_info"},
    };
    return NAME_OR_NUMBER(into, rows, extension);
}

const char *name_of_content_type(char *into, uint8_t type)
{
    static const struct name_row rows[] = {
        {20, "change_cipher_spec"}, {21, "alert"}, {22, "handshake"}, {23, "application_data"}, {24, "heartbeat"},
    };
    return NAME_OR_NUMBER(into, rows, type);
}
