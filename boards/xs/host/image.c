/* What the engine laid out in read-only memory: the machine's size, and modules and data by name. */
#include "host.h"

const Image* theImage;

const char* imageText(int32_t offset)
{
	return (const char*)theImage + offset;
}

const Entry* findEntry(EntryKind kind, const char* name)
{
	for (int32_t i = 0; i < theImage->entryCount; i++) {
		const Entry* entry = theImage->entries + i;
		if ((entry->kind == kind) && !strcmp(imageText(entry->name), name))
			return entry;
	}
	return NULL;
}
