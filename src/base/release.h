/* When this version was released: for -V and the manual, and for clocks that are behind even that. */
#ifndef PEEL_BASE_RELEASE_H
#define PEEL_BASE_RELEASE_H

#define PEEL_RELEASE_DATE "2026-11-23"

#endif
