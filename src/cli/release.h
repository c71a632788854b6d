/* When this version was released: for -V and the manual. Private to src/cli. */
#ifndef PEEL_CLI_RELEASE_H
#define PEEL_CLI_RELEASE_H

#define PEEL_RELEASE_DATE "2026-11-23"

#endif
