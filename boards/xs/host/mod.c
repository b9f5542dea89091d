/*
 * A mod: an XS archive, installed as Moddable's hosts do when they start (modInstallMods). XS' own code gives names their
 * numbers in this machine and writes these into the archive. Bytecode, strings and data are then read in place.
 */
#include "host.h"

enum { ATOM_HEADER = 8, FLASH_BLOCK = 4096 };

static const txU1* mod;

static txBoolean readMod(void* archive, size_t offset, void* into, size_t size)
{
	memcpy(into, (char*)archive + offset, size);
	return 1;
}

static txBoolean writeMod(void* archive, size_t offset, void* from, size_t size)
{
	memcpy((char*)archive + offset, from, size);
	return 1;
}

void installMod(txMachine* the)
{
	static const char why[] = "XS cannot map the mod's archive";
	txPreparation preparation = { .keyCount = the->keyIndex, .creation = { .incrementalKeyCount = 1 } };
	if (!theImage->modBytes)
		return;
	mod = (const txU1*)imageText(theImage->mod);
	if (!fxMapArchive(the, &preparation, (void*)mod, FLASH_BLOCK, readMod, writeMod)) {
		sendFrame(FRAME_ABORT, ABORT_OTHER, why, sizeof(why) - 1);
		stop(1);
	}
}

static uint32_t bigEndian(const txU1* p)
{
	return ((uint32_t)p[0] << 24) | (p[1] << 16) | (p[2] << 8) | p[3];
}

const void* findInMod(EntryKind kind, const char* name, int32_t* size)
{
	const uint32_t list = (kind == MODULE) ? XS_ATOM_MODULES : XS_ATOM_RESOURCES;
	if (!mod)
		return NULL;
	const txU1* at = mod + ATOM_HEADER;
	while (bigEndian(at + 4) != list)
		at += bigEndian(at);
	const txU1* end = at + bigEndian(at);
	at += ATOM_HEADER;
	while (at < end) {
		const char* path = (const char*)at + ATOM_HEADER;
		at += bigEndian(at);
		*size = bigEndian(at) - ATOM_HEADER;
		if (!strcmp(path, name))
			return at + ATOM_HEADER;
		at += bigEndian(at);
	}
	return NULL;
}
