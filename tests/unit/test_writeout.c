/* output/writeout: variables, escapes, where it goes. What is expected is what curl prints for the same template. */
#include "output/writeout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct fetch_result good = {
    .url = "example.com",
    .url_effective = "https://example.com/",
    .scheme = "https",
    .method = "GET",
    .content_type = "text/\"html\"",
    .remote_ip = "192.0.2.1",
    .local_ip = "192.0.2.9",
    .remote_port = 443,
    .local_port = 40000,
    .status = 200,
    .http_version = 11,
    .certs = "Subject:a\n",
    .num_certs = 2,
    .num_connects = 1,
    .num_redirects = 2,
    .num_headers = 5,
    .urlnum = 3,
    .size_download = 1000,
    .size_header = 199,
    .size_request = 82,
    .time_namelookup_us = 19,
    .time_connect_us = 1000508,
    .time_total_us = 2000000,
};

static const struct fetch_result bad = {
    .url = "u",
    .url_effective = "https://u/",
    .method = "GET",
    .errormsg = "Could not resolve host: u",
    .exit_code = 6,
    .redirect_url = "https://x/\x1b[2J",
    .for_terminal = true,
};

static const struct fetch_result refused = {.url = "u", .exit_code = 60, .tls = {.cause = "expired"}};
static const struct fetch_result secure = {
    .url = "u",
    .tls = {.version = "TLSv1.3",
            .alpn = "\x1b",
            .days_left = "-3",
            .resumed = "0",
            .pin = "sha256//x",
            .staple = "revoked"},
    .tls_json = SLICE_INIT("{\"peel\":1}"),
    .for_terminal = true,
};

static void templates_are_rendered(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        const struct fetch_result *result;
        const char *out, *err, *unknown;
    } rows[] = {
        {"", &good, "", "", NULL},
        {"a%%b\\n\\r\\t.", &good, "a%b\n\r\t.", "", NULL},
        {"\\\\x \\q \\0 \\x41 \\\\n", &good, "\\\\x \\q \\0 \\x41 \\\\n", "", NULL},
        {"\\", &good, "\\", "", NULL},
        {"a%", &good, "a%", "", NULL},
        {"%x%", &good, "%x%", "", NULL},
        {"%{http_code", &good, "%{http_code", "", NULL},
        {"%{http_code}%{RESPONSE_CODE}", &good, "200200", "", NULL},
        {"%{http_code} %{http_version}", &bad, "000 0", "", NULL},
        {"[%{bogus}][%{ http_code}]", &good, "[][]", "", "bogus"},
        {"[%{}]", &good, "[]", "", ""},
        {"%{http_version} %{scheme} %{method}", &good, "1.1 https GET", "", NULL},
        {"[%{scheme}%{remote_ip}%{content_type}%{referer}]", &bad, "[]", "", NULL},
        {"%{url} %{url_effective} %{urlnum}", &good, "example.com https://example.com/ 3", "", NULL},
        {"%{remote_ip}:%{remote_port} %{local_ip}:%{local_port}", &good, "192.0.2.1:443 192.0.2.9:40000", "", NULL},
        {"%{num_connects}%{num_redirects}%{num_headers}%{num_retries}", &good, "1250", "", NULL},
        {"%{size_download} %{size_header} %{size_request} %{size_upload}", &good, "1000 199 82 0", "", NULL},
        {"%{speed_download} %{speed_upload}", &good, "500 0", "", NULL},
        {"%{speed_download}", &bad, "0", "", NULL},
        {"%{time_namelookup} %{time_connect} %{time_total} %{time_queue}", &good, "0.000019 1.000508 2.000000 0.000000",
         "", NULL},
        {"%{exitcode} %{errormsg} %{ssl_verify_result}", &bad, "6 Could not resolve host: u 0", "", NULL},
        {"%{num_certs} %{certs}", &good, "2 Subject:a\n", "", NULL},
        {"%{num_certs} [%{certs}]", &bad, "0 []", "", NULL},
        {"%{exitcode} [%{errormsg}]", &good, "0 []", "", NULL},
        {"[%{tls_version}%{tls_days_left}%{tls_resumed}]", &bad, "[]", "", NULL},
        {"%{tls_version} %{tls_alpn} %{tls_days_left} %{tls_resumed} %{TLS_PIN} [%{tls_ja4}]", &secure,
         "TLSv1.3 \\x1b -3 0 sha256//x []", "", NULL},
        {"%{exitcode} %{tls_cause} [%{tls_version}]", &refused, "60 expired []", "", NULL},
        {"[%{tls_staple}]", &secure, "[revoked]", "", NULL},
        {"[%{tls_json}]%{TLS_JSON}", &secure, "[{\"peel\":1}]{\"peel\":1}", "", NULL},
        {"[%{tls_json}]", &good, "[null]", "", NULL},
        {"[%{tls_staple}]", &refused, "[]", "", NULL},
        {"[%{tls_cause}]", &secure, "[]", "", NULL},
        {"a%{onerror}b", &good, "a", "", NULL},
        {"a%{onerror}b%{exitcode}", &bad, "ab6", "", NULL},
        {"a%{stderr}b%{stdout}c%{stderr}d", &good, "ac", "bd", NULL},
        {"%{redirect_url}", &bad, "https://x/\\x1b[2J", "", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct writeout_texts texts = {0};
        writeout_render(&texts, rows[i].format, rows[i].result);
        assert_string_equal(buf_text(&texts.out), rows[i].out);
        assert_string_equal(buf_text(&texts.err), rows[i].err);
        assert_string_equal(texts.unknown ? texts.unknown : "NULL", rows[i].unknown ? rows[i].unknown : "NULL");
        writeout_done(&texts);
    }
}

/* They are put into words only for who asks. */
static void certificates_are_asked_for(void **state)
{
    (void)state;
    assert_false(writeout_shows_certificates(NULL));
    assert_false(writeout_shows_certificates("%{http_code} %{ssl_verify_result}"));
    assert_true(writeout_shows_certificates("%{certs}"));
    assert_true(writeout_shows_certificates("%{NUM_CERTS}"));
    assert_true(writeout_shows_certificates("%{json}"));
}

static void json_has_every_key_in_order(void **state)
{
    (void)state;
    static const char expected[] =
        "{\"certs\":\"Subject:a\\n\",\"conn_id\":0,\"content_type\":\"text/"
        "\\\"html\\\"\",\"errormsg\":null,\"exitcode\":0,\"filename_effective\":null,"
        "\"http_code\":200,\"http_connect\":0,\"http_version\":\"1.1\",\"local_ip\":\"192.0.2.9\",\"local_port\":40000,"
        "\"method\":\"GET\","
        "\"num_certs\":2,\"num_connects\":1,\"num_headers\":5,\"num_redirects\":2,\"num_retries\":0,"
        "\"proxy_ssl_verify_result\":0,\"proxy_used\":0,\"redirect_url\":null,"
        "\"referer\":null,\"remote_ip\":\"192.0.2.1\",\"remote_port\":443,\"response_code\":200,\"scheme\":\"https\","
        "\"size_download\":1000,\"size_header\":199,\"size_request\":82,\"size_upload\":0,\"speed_download\":500,"
        "\"speed_upload\":0,\"ssl_verify_result\":0,\"time_appconnect\":0.000000,\"time_connect\":1.000508,"
        "\"time_namelookup\":0.000019,\"time_posttransfer\":0.000000,\"time_pretransfer\":0.000000,"
        "\"time_queue\":0.000000,\"time_redirect\":0.000000,\"time_starttransfer\":0.000000,"
        "\"time_total\":2.000000,\"tls_earlydata\":0,\"url\":\"example.com\",\"url_effective\":\"https://example.com/"
        "\",\"urlnum\":3,\"xfer_id\":0,"
        "\"curl_version\":\"peel/" PEEL_VERSION "\"}";
    struct writeout_texts texts = {0};
    writeout_render(&texts, "%{json}", &good);
    assert_string_equal(buf_text(&texts.out), expected);
    assert_null(texts.unknown);
    writeout_done(&texts);
    writeout_render(&texts, "%{json}", &bad);
    assert_non_null(strstr(buf_text(&texts.out), "\"redirect_url\":\"https://x/\\u001b[2J\""));
    assert_non_null(strstr(buf_text(&texts.out), "\"scheme\":null"));
    writeout_done(&texts);
}

static void tls_is_asked_for(void **state)
{
    (void)state;
    assert_false(writeout_asks_tls(NULL));
    assert_false(writeout_asks_tls("%{json} %{time_total} tls_ja4"));
    assert_true(writeout_asks_tls("a %{tls_ja4}"));
    assert_true(writeout_asks_tls("a %{TLS_ja4}"));
    assert_false(writeout_asks_report(NULL));
    assert_false(writeout_asks_report("%{json} %{tls_ja4} tls_json"));
    assert_true(writeout_asks_report("a %{tls_JSON}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_are_rendered),
        cmocka_unit_test(certificates_are_asked_for),
        cmocka_unit_test(tls_is_asked_for),
        cmocka_unit_test(json_has_every_key_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
