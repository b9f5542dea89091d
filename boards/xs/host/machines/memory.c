/*
 * memcpy, memmove and memset, which XS calls all the time: BigInt and every new object go through them. Those of Debian's
 * picolibc move byte by byte, those of newlib that a board has move words where both addresses are aligned. These do
 * what newlib's portable ones do and no more: sixteen bytes at a time, then words, then bytes, and bytes alone where an
 * address is not aligned. Nothing here is to be made faster than that: counts are measured with it.
 */
#include <stddef.h>
#include <stdint.h>

#define WORD sizeof(uint32_t)
#define isAligned(a) (((uintptr_t)(a) & (WORD - 1)) == 0)

/* or the compiler sees that these are memcpy and memset */
#pragma GCC optimize ("no-tree-loop-distribute-patterns")

typedef uint32_t __attribute__((may_alias)) Word;

void* memcpy(void* restrict to, const void* restrict from, size_t size)
{
	char* t = to;
	const char* f = from;
	if (isAligned(t) && isAligned(f)) {
		Word* tw = (Word*)t;
		const Word* fw = (const Word*)f;
		for (; size >= 4 * WORD; size -= 4 * WORD) {
			*tw++ = *fw++;
			*tw++ = *fw++;
			*tw++ = *fw++;
			*tw++ = *fw++;
		}
		for (; size >= WORD; size -= WORD)
			*tw++ = *fw++;
		t = (char*)tw;
		f = (const char*)fw;
	}
	while (size--)
		*t++ = *f++;
	return to;
}

/* Where the target begins inside the source newlib copies backwards, byte by byte. */
void* memmove(void* to, const void* from, size_t size)
{
	char* t = to;
	const char* f = from;
	if ((t <= f) || (f + size <= t)) {
		if (isAligned(t) && isAligned(f)) {
			Word* tw = (Word*)t;
			const Word* fw = (const Word*)f;
			for (; size >= 4 * WORD; size -= 4 * WORD) {
				*tw++ = *fw++;
				*tw++ = *fw++;
				*tw++ = *fw++;
				*tw++ = *fw++;
			}
			for (; size >= WORD; size -= WORD)
				*tw++ = *fw++;
			t = (char*)tw;
			f = (const char*)fw;
		}
		while (size--)
			*t++ = *f++;
		return to;
	}
	t += size;
	f += size;
	while (size--)
		*--t = *--f;
	return to;
}

void* memset(void* to, int value, size_t size)
{
	unsigned char* t = to;
	while (size && !isAligned(t)) {
		*t++ = (unsigned char)value;
		size--;
	}
	Word* tw = (Word*)t;
	Word word = 0x01010101u * (unsigned char)value;
	for (; size >= 4 * WORD; size -= 4 * WORD) {
		*tw++ = word;
		*tw++ = word;
		*tw++ = word;
		*tw++ = word;
	}
	for (; size >= WORD; size -= WORD)
		*tw++ = word;
	t = (unsigned char*)tw;
	while (size--)
		*t++ = (unsigned char)value;
	return to;
}
