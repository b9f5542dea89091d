/* ES modules by specifier, through the table. */
#include "host.h"

/* A module that cannot be loaded ends the run here: XS would report what follows from it instead. */
void refuseModule(const char* format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sendFrame(FRAME_EXCEPTION, 0, text, strlen(text));
	_exit(1);
}

/* "a/b" to "a", "a" to "", and "" stays: what lies beyond the root is not found. */
static void dropLastPart(char* path)
{
	char* slash = strrchr(path, '/');
	*(slash ? slash : path) = 0;
}

/* As Moddable resolves: "./" and "../" from the importing module's specifier, and ".js" is dropped. */
txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* specifier)
{
	char name[C_PATH_MAX], path[2 * C_PATH_MAX] = "";
	const char* rest = name;
	fxToStringBuffer(the, specifier, name, sizeof(name));
	size_t length = strlen(name);
	if ((length > 3) && !strcmp(name + length - 3, ".js"))
		name[length - 3] = 0;
	if ((name[0] == '.') && (importer != XS_NO_ID)) {
		snprintf(path, C_PATH_MAX, "%s", fxGetKeyName(the, importer));
		dropLastPart(path);
		if (!strncmp(rest, "./", 2))
			rest += 2;
		for (; !strncmp(rest, "../", 3); rest += 3)
			dropLastPart(path);
		if (path[0])
			strcat(path, "/");
	}
	strcat(path, rest);
	if (!findEntry(MODULE, path) && strcmp(path, "Resource")) {
		const char* by = (importer == XS_NO_ID) ? "the engine" : fxGetKeyName(the, importer);
		refuseModule("ReferenceError: module \"%s\" not found, imported by \"%s\"", path, by);
	}
	return fxNewNameC(the, path);
}

/* Resource is part of the board, not of the artifact. */
void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	const char* name = fxGetKeyName(the, moduleID);
	const Entry* entry = findEntry(MODULE, name);
	const char* path = entry ? entry->path : "Resource";
	const char* text = resourceModule;
	size_t size = strlen(resourceModule);
	if (!entry)
		defineResource(the);
	else if (!(text = mapFile(path, &size)))
		refuseModule("Error: module \"%s\": cannot read %s", name, path);
	fxResolveModule(the, module, moduleID, compile(the, path, text, size), NULL, NULL);
}

/* An import that fails is a rejection nobody handles: fxAbort reports it. */
void importModule(txMachine* the, const char* specifier, xsCallback then)
{
	mxPushStringC((txString)specifier);
	fxRunImport(the, mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm, XS_NO_ID);
	mxDub();
	fxGetID(the, mxID(_then));
	mxCall();
	fxNewHostFunction(the, then, 1, XS_NO_ID, XS_NO_ID);
	mxRunCount(1);
	mxPop();
}
