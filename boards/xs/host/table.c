/* The table: a line an entry, "module" or "data", a tab, the name, a tab, the path of the file. */
#include "host.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

static Entry* entries = NULL;
static size_t entryCount = 0;

static void addEntry(char* line)
{
	char* name = strchr(line, '\t');
	char* path = name ? strchr(name + 1, '\t') : NULL;
	if (!path) {
		fprintf(stderr, "table: %s\n", line);
		exit(2);
	}
	*name++ = 0;
	*path++ = 0;
	entries = realloc(entries, (entryCount + 1) * sizeof(Entry));
	entries[entryCount++] = (Entry){ strcmp(line, "data") ? MODULE : DATA, name, path };
}

void readTable(const char* path)
{
	size_t size;
	const char* mapped = mapFile(path, &size);
	if (!mapped) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	char* text = strndup(mapped, size); /* entries point into it */
	for (char* line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		addEntry(line);
}

const Entry* findEntry(EntryKind kind, const char* name)
{
	for (size_t i = 0; i < entryCount; i++) {
		if ((entries[i].kind == kind) && !strcmp(entries[i].name, name))
			return entries + i;
	}
	return NULL;
}

const void* mapFile(const char* path, size_t* size)
{
	const void* mapped = NULL;
	struct stat status;
	int file = open(path, O_RDONLY);
	if (file < 0)
		return NULL;
	if (!fstat(file, &status)) {
		*size = status.st_size;
		mapped = *size ? mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0) : "";
	}
	close(file);
	return (mapped == MAP_FAILED) ? NULL : mapped;
}
