/*
 * Runs one model under XS in the memory of a board. Built-ins, the host's functions and the preloaded modules are made in
 * a root machine that is then frozen, as Moddable's linker freezes them for flash; the model runs in a clone of fixed size
 * that shares them, or is installed there as a mod.
 */
#include "host.h"

static txMachine* createRoot(void)
{
	xsCreation creation = {
		256 * 1024, 64 * 1024, /* what flash has is no concern here */
		8192, 2048,
		1024, /* stack */
		2048, 512, /* keys: an array of pointers in the C heap */
		127, 127, /* buckets of the name and symbol tables; those of a clone must be the same */
		0, 0, /* no parser */
		0,
	};
	allocateFrom(flashRegion());
	return xsCreateMachine(&creation, "flash", NULL);
}

/* Nothing grows, or all of it in one block. */
static txMachine* createClone(txMachine* root)
{
	xsCreation creation = {
		theImage->chunkBytes, theImage->chunkIncrement,
		theImage->slots, theImage->slotIncrement,
		theImage->stackSlots,
		256, 64,
		127, 127,
		0, 0,
		0,
	};
	if (theImage->blockBytes)
		shareBlock(ramRegion(), theImage->blockBytes);
	else
		allocateFrom(ramRegion());
	return xsCloneMachine(&creation, root, "ram", NULL);
}

static void ignore(xsMachine* the)
{
}

static void preloadModules(txMachine* root, int32_t first, int32_t end)
{
	xsBeginHost(root);
	for (const Entry* entry = theImage->entries + first; entry < theImage->entries + end; entry++)
		if (entry->isPreloaded) {
			importModule(the, imageText(entry->name), ignore);
			runPromiseJobs(the);
		}
	xsEndHost(root);
}

static void preload(txMachine* root)
{
	defineResource(root);
	defineUart(root);
	defineGuest(root);
	placeModules(root, 0, theImage->firstOwn);
	preloadModules(root, 0, theImage->firstOwn);
	startModel(root);
	placeModules(root, theImage->firstOwn, theImage->entryCount);
	preloadModules(root, theImage->firstOwn, theImage->entryCount);
}

int runImage(const Image* image)
{
	theImage = image;
	txMachine* root = createRoot();
	preload(root);
	freeze(root);

	txMachine* machine = createClone(root);
	fxCollectGarbage(machine);
	int32_t builtins[] = { machine->currentChunksSize, machine->currentHeapCount, machine->stackTop - machine->stack };
	installMod(machine);
	protectFlash();
	xsBeginHost(machine);
	importModule(the, imageText(theImage->main), runGuest);
	xsEndHost(machine);
	runPromiseJobs(machine);
	sendCounts(machine, root, builtins);
	return 0;
}
