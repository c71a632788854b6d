/* Values of WWW-Authenticate from anybody: what is answered holds no byte that could end the line. */
#include "http/auth.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_settings settings = {.user = (char[]){"ada\r\n:secret"}, .auth = HTTP_AUTH_ANY};
    struct url url = {.scheme = (char[]){"https"}, .host = (char[]){"h"}, .path = (char[]){"/"}, .port = 443};
    struct http_auth auth;
    struct error err = {0};
    http_auth_begin(&auth, &settings, &url, (struct http_reach){.given = true}, &err);
    unsigned n_requests = 0;
    bool is_again = true;
    while (is_again) {
        struct buf out = {0};
        http_auth_print(&out, &auth, "GET", SLICE("/a\"b"), true);
        assert(slice_find(buf_slice(&out), '\n') == out.len);
        if (size == 0 || !memchr(data, '\r', size))
            assert(slice_find(buf_slice(&out), '\r') == out.len);
        buf_done(&out);
        is_again = http_auth_hear(&auth, 401, slice_make(data, size), NULL);
        assert(++n_requests < 8);
    }
    http_auth_done(&auth);
    return 0;
}
