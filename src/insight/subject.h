/* Names in certificates, shortened for people. */
#ifndef PEEL_INSIGHT_SUBJECT_H
#define PEEL_INSIGHT_SUBJECT_H

/* Of "C=US; O=Some; CN=Root X1" the common name, by which people know it; where there is none, all of it. mem_free it.
 * Not escaped. */
char *subject_short(const char *subject);

/* "DNS:a.example" without its kind; points into name. */
const char *subject_bare_name(const char *name);

#endif
