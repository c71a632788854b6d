/* How near a word that somebody typed comes to one that there is. Letter case does not count. */
#ifndef PEEL_BASE_NEAR_H
#define PEEL_BASE_NEAR_H

#include "base/slice.h"

#include <stdint.h>

#define NEAR_NOT SIZE_MAX

/* How many letters must be put in, left out, changed or swapped with their neighbour to turn a into b (optimal string
 * alignment); NEAR_NOT when one is longer than a host name can be. */
size_t near_edits(struct slice a, struct slice b);
/* The same for a slip of the hand: NEAR_NOT when more than three letters, or one in three of those typed, are wrong. A
 * name that was cut short, after three letters or more, is as near as one letter. */
size_t near_distance(struct slice typed, struct slice name);

#endif
