/* Does a proxy stand between us and a URL? The variables as curl reads them: http_proxy only in lower case (a CGI
 * server sets HTTP_PROXY from a request), the others in either, no_proxy as the list of exceptions. */
#ifndef PEEL_NET_PROXY_H
#define PEEL_NET_PROXY_H

#include "url/url.h"

/* The name of the option or variable that asks for a proxy for this URL, or NULL for a direct connection. option is
 * -x's argument or NULL; "" there means none at all. */
const char *net_proxy_source(const struct url *url, const char *option);

#endif
