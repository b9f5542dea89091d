/*
 * Makes a machine one that clones can share, read-only, as Moddable's linker does when it writes a machine to flash. XS
 * still has the call for it, xsShareMachine, but what that calls for the slots (fxShare) has not followed the rest of
 * XS: the linker puts the one below in its place.
 *
 * A clone aliases what it changes: it keeps a table of its own copies by number, and each instance and variable that may
 * change gets a number here, from 1 on. What XS cannot alias is frozen.
 */
#include "host.h"

/* The first property tells what an exotic object is. */
static txSlot* internalOf(txSlot* instance)
{
	txSlot* property = instance->next;
	return (property && (property->flag & XS_INTERNAL_FLAG)) ? property : NULL;
}

static int isFunction(txSlot* internal)
{
	switch (internal->kind) {
	case XS_CALLBACK_KIND: case XS_CALLBACK_X_KIND: case XS_CODE_KIND: case XS_CODE_X_KIND:
		return 1;
	}
	return 0;
}

static int cannotBeAliased(txSlot* internal)
{
	switch (internal->kind) {
	case XS_MAP_KIND: case XS_SET_KIND: case XS_WEAK_MAP_KIND: case XS_WEAK_SET_KIND: case XS_WEAK_REF_KIND:
	case XS_ARRAY_BUFFER_KIND: case XS_DATA_VIEW_KIND: case XS_TYPED_ARRAY_KIND:
	case XS_PROMISE_KIND: case XS_PROXY_KIND: case XS_REGEXP_KIND:
		return 1;
	case XS_CLOSURE_KIND:
		return internal->value.closure->kind == XS_FINALIZATION_REGISTRY_KIND;
	}
	return internal->ID == XS_ENVIRONMENT_BEHAVIOR;
}

static void freezeProperties(txSlot* instance)
{
	for (txSlot* property = instance->next; property; property = property->next) {
		if (property->kind != XS_ACCESSOR_KIND)
			property->flag |= XS_DONT_SET_FLAG;
		property->flag |= XS_DONT_DELETE_FLAG;
	}
	instance->flag |= XS_DONT_PATCH_FLAG;
}

static void freezeInstance(txMachine* the, txSlot* instance)
{
	txSlot* internal = internalOf(instance);
	if (!internal)
		return;
	if (isFunction(internal)) {
		freezeProperties(instance);
		if (instance->flag & XS_CAN_CONSTRUCT_FLAG) {
			for (txSlot* property = internal->next; property; property = property->next)
				if ((property->ID == mxID(_prototype)) && (property->kind == XS_REFERENCE_KIND))
					freezeProperties(property->value.reference);
		}
	}
	else if (cannotBeAliased(internal)) {
		freezeProperties(instance);
		if (internal->kind == XS_PROMISE_KIND)
			freezeProperties(internal->next->value.reference); /* who waits for it */
	}
}

static int isFixed(const txSlot* property)
{
	return (property->flag & XS_DONT_DELETE_FLAG) && ((property->kind == XS_ACCESSOR_KIND) || (property->flag & XS_DONT_SET_FLAG));
}

static int isFrozen(const txSlot* instance)
{
	if (!(instance->flag & XS_DONT_PATCH_FLAG))
		return 0;
	for (txSlot* property = instance->next; property; property = property->next) {
		if (property->kind == XS_ARRAY_KIND) {
			txSlot* item = property->value.array.address;
			for (txInteger length = (txInteger)fxGetIndexSize(NULL, property); length > 0; length--, item++)
				if (!isFixed(item))
					return 0;
		}
		else if (!(property->flag & XS_INTERNAL_FLAG) && !isFixed(property))
			return 0;
	}
	return 1;
}

/* What is frozen for good may not change inside either. */
static void petrify(txSlot* instance)
{
	for (txSlot* property = instance->next; property && (property->flag & XS_INTERNAL_FLAG); property = property->next) {
		property->flag |= XS_DONT_SET_FLAG;
		if (property->kind == XS_PRIVATE_KIND)
			for (txSlot* field = property->value.private.first; field; field = field->next) {
				if (field->kind != XS_ACCESSOR_KIND)
					field->flag |= XS_DONT_SET_FLAG;
				field->flag |= XS_DONT_DELETE_FLAG;
			}
	}
}

static txID aliasCount;

static void numberInstance(txSlot* instance)
{
	if (isFrozen(instance)) {
		instance->ID = XS_NO_ID;
		petrify(instance);
	}
	else
		instance->ID = aliasCount++;
}

/* Functions are constants, whatever declared them. */
static void numberVariable(txSlot* slot)
{
	txSlot* variable = slot->value.closure;
	txSlot* internal = (variable->kind == XS_REFERENCE_KIND) ? internalOf(variable->value.reference) : NULL;
	if (internal && isFunction(internal))
		variable->flag |= XS_DONT_SET_FLAG;
	if (variable->flag & XS_DONT_SET_FLAG)
		variable->flag |= XS_DONT_DELETE_FLAG;
	else {
		if (variable->ID == XS_NO_ID)
			variable->ID = aliasCount++;
		slot->flag &= ~XS_DONT_SET_FLAG;
	}
}

/* A clone copies values out of here: its collector must not take what they refer to for its own. */
static void referInPlace(txSlot* slot)
{
	switch (slot->kind) {
	case XS_STRING_KIND: slot->kind = XS_STRING_X_KIND; break;
	case XS_BIGINT_KIND: slot->kind = XS_BIGINT_X_KIND; break;
	case XS_KEY_KIND: slot->kind = XS_KEY_X_KIND; break;
	case XS_CODE_KIND: slot->kind = XS_CODE_X_KIND; break;
	case XS_REGEXP_KIND: slot->value.regexp.data = NULL; break;
	case XS_ARRAY_KIND:
		for (txInteger i = (txInteger)fxGetIndexSize(NULL, slot); i > 0; i--)
			referInPlace(slot->value.array.address + i - 1);
		break;
	}
	slot->flag |= XS_MARK_FLAG; /* the collector goes no further */
}

typedef void (*SlotVisitor)(txMachine* the, txSlot* slot);

static void eachSlot(txMachine* the, SlotVisitor visit)
{
	for (txSlot* heap = the->firstHeap; heap; heap = heap->next)
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++)
			(*visit)(the, slot);
}

static void visitInstance(txMachine* the, txSlot* slot)
{
	if (slot->kind == XS_INSTANCE_KIND)
		freezeInstance(the, slot);
}

static void visitNumber(txMachine* the, txSlot* slot)
{
	if (slot->kind == XS_INSTANCE_KIND)
		numberInstance(slot);
	else if ((slot->kind == XS_CLOSURE_KIND) && slot->value.closure)
		numberVariable(slot);
}

static void visitInPlace(txMachine* the, txSlot* slot)
{
	referInPlace(slot);
}

void __wrap_fxShare(txMachine* the)
{
	aliasCount = 1; /* 0 means none */
	eachSlot(the, visitInstance);
	eachSlot(the, visitNumber);
	eachSlot(the, visitInPlace);
	for (txSlot* slot = the->stack; slot < the->stackTop; slot++)
		referInPlace(slot);
	the->aliasCount = aliasCount;
}

/* The global object finds built-ins through a table of pointers, which a clone's could not: a plain object it is. */
static void makeGlobalOrdinary(txMachine* the)
{
	txSlot* global = mxGlobal.value.reference;
	global->next = global->next->next;
	global->flag &= ~XS_EXOTIC_FLAG;
}

extern void fxGrowSlots(txMachine* the, txSize count); /* xsMemory.c */

/*
 * xsShareMachine takes the realm from its modules, and then makes slots for their names. If there were none left, the
 * collection which that begins would take the realm itself.
 */
static void reserveSlots(txMachine* the)
{
	txSize rest = theImage->entryCount + 64; /* one for each module, and a few */
	for (const txSlot* slot = the->freeHeap; slot && rest > 0; slot = slot->next)
		rest--;
	if (rest > 0)
		fxGrowSlots(the, rest);
}

void freeze(txMachine* the)
{
	makeGlobalOrdinary(the);
	fxCollectGarbage(the);
	reserveSlots(the);
	xsShareMachine(the);
}
