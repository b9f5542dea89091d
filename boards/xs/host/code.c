/*
 * Bytecode, names and strings are read where they lie: as on a board, where they are in flash, they cost the machine's
 * heaps nothing. The numbers of names are written into the bytecode before the image becomes read-only, which is what
 * Moddable's linker does before it writes flash.
 */
#include "host.h"
#include "instruction.h"

extern void fxRemapIDs(txMachine* the, txByte* code, txSize size, txID* ids);

_Static_assert(sizeof(txID) == 2, "the compiler's names have 16 bits");
_Static_assert(XS_CODE_CODE_ARCHIVE_1 - XS_CODE_CODE_1 == 3, "functions read in place");
_Static_assert(XS_CODE_STRING_ARCHIVE_1 - XS_CODE_STRING_1 == 3, "strings read in place");

static const CodeHeader* header(const Entry* entry)
{
	return (const CodeHeader*)imageText(entry->data);
}

static txByte* symbols(const Entry* entry)
{
	return (txByte*)(header(entry) + 1);
}

static txByte* code(const Entry* entry)
{
	return symbols(entry) + header(entry)->symbolBytes;
}

/* Turns the instructions that copy a function or a string to the heap into those that refer to it. */
static void readInPlace(txByte* at, txSize size)
{
	for (txByte* end = at + size; at < end; at += instructionSize(at)) {
		txU1 op = *(txU1*)at;
		if (((XS_CODE_CODE_1 <= op) && (op <= XS_CODE_CODE_4)) || ((XS_CODE_STRING_1 <= op) && (op <= XS_CODE_STRING_4)))
			*at = (txByte)(op + 3);
	}
}

/* Gives the script's names the machine's numbers, then has everything read where it lies. */
static void place(txMachine* the, const Entry* entry)
{
	txByte* p = symbols(entry);
	txID count;
	mxDecodeID(p, count);
	txID* ids = c_malloc(count * sizeof(txID));
	ids[0] = XS_NO_ID;
	for (txID i = 1; i < count; i++) {
		ids[i] = fxNewNameX(the, (txString)p);
		p += strlen((char*)p) + 1;
	}
	fxRemapIDs(the, code(entry), header(entry)->codeBytes, ids);
	free(ids);
	readInPlace(code(entry), header(entry)->codeBytes);
}

void placeModules(txMachine* the, int32_t first, int32_t end)
{
	for (int32_t i = first; i < end; i++) {
		const Entry* entry = theImage->entries + i;
		if (entry->kind == MODULE) {
			fxNewNameX(the, (txString)imageText(entry->name));
			fxNewNameX(the, (txString)imageText(entry->path));
			place(the, entry);
		}
	}
}

/* Without symbols: nothing is left to be mapped, or to be freed with the script. */
txScript moduleScript(const Entry* entry)
{
	return (txScript){ .codeBuffer = code(entry), .codeSize = header(entry)->codeBytes };
}

/* Bytes of the functions that a module made and that live, of each as often as it lives: `starts` is where their code begins. */
int32_t functionBytes(const Entry* entry, const txByte** starts, int32_t count)
{
	int32_t bytes = 0;
	const txByte* at = code(entry);
	for (const txByte* end = at + header(entry)->codeBytes; at < end; at += instructionSize(at)) {
		txU1 op = *(const txU1*)at;
		txU4 size = 0;
		if ((op < XS_CODE_CODE_ARCHIVE_1) || (XS_CODE_CODE_ARCHIVE_4 < op))
			continue;
		memcpy(&size, at + 1, instructionSize(at) - 1);
		for (int32_t i = 0; i < count; i++)
			if (starts[i] == at + instructionSize(at))
				bytes += size;
	}
	return bytes;
}

int32_t moduleBytes(const Entry* entry)
{
	return header(entry)->codeBytes;
}

/* The compiler's list of lines: pairs of an offset in the code and the line that begins there, in order. */
int lineOf(const Entry* entry, const txByte* at)
{
	const CodeHeader* h = header(entry);
	const txByte* start = code(entry);
	const int32_t* pair = (const int32_t*)(((uintptr_t)start + h->codeBytes + 3) & ~(uintptr_t)3);
	int line = 0;
	if ((at < start) || (start + h->codeBytes <= at))
		return 0;
	for (int32_t i = 0; (i < h->lineCount) && (start + pair[0] <= at); i++, pair += 2)
		line = pair[1];
	return line;
}
