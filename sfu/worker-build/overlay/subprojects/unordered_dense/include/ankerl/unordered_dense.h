#pragma once

// ankerl::unordered_dense as far as the media worker uses it, on the standard library's containers.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	// The standard hash of an integer is the integer, and keys (SSRCs, ports) come off the network:
	// without mixing, a peer could choose keys that all fall into one bucket. MurmurHash3's finaliser.
	template<typename Key>
	struct hash
	{
		std::size_t operator()(const Key& key) const
		{
			auto bits = static_cast<std::uint64_t>(std::hash<Key>{}(key));

			bits = (bits ^ (bits >> 33)) * UINT64_C(0xff51afd7ed558ccd);
			bits = (bits ^ (bits >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);

			return static_cast<std::size_t>(bits ^ (bits >> 33));
		}
	};

	template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
