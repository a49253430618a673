#pragma once

// The worker is written for libsrtp 3.0, where a policy is an opaque object and packets are
// protected from one buffer into another. This gives it those calls on top of libsrtp 2.5.

// 2.5 has a plain struct of the name that 3.0 gives to a pointer.
#define srtp_policy_t srtp2_policy_struct
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

// Errors that 2.5 does not know. The worker only prints them.
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

namespace parley
{
	struct SrtpPolicy
	{
		srtp2_policy_struct settings{};
		// 2.5 wants the master key followed by the salt, and borrows the bytes until srtp_create().
		std::vector<std::uint8_t> keyAndSalt;
	};

	// A packet grows by at most the authentication tag (and, for RTCP, the index word).
	inline constexpr std::size_t RtcpIndexLength = sizeof(std::uint32_t);

	// Runs one of 2.5's in-place functions on a copy of the packet in the caller's output buffer.
	template<typename Function>
	srtp_err_status_t transform(
	  Function function,
	  srtp_t session,
	  const std::uint8_t* in,
	  std::size_t inLength,
	  std::uint8_t* out,
	  std::size_t* outLength,
	  std::size_t growth)
	{
		if (*outLength < inLength + growth)
		{
			return srtp_err_status_buffer_small;
		}

		if (out != in)
		{
			std::memmove(out, in, inLength);
		}

		int length                     = static_cast<int>(inLength);
		const srtp_err_status_t status = function(session, out, &length);

		*outLength = static_cast<std::size_t>(length);

		return status;
	}
} // namespace parley

using srtp_policy_t = parley::SrtpPolicy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new parley::SrtpPolicy();

	return srtp_err_status_ok;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->settings.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->settings.rtp, profile);

	return status != srtp_err_status_ok
	         ? status
	         : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->settings.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const std::uint8_t* key,
  std::size_t keyLength,
  const std::uint8_t* salt,
  std::size_t saltLength,
  const std::uint8_t* /*mki*/,
  std::size_t /*mkiLength*/)
{
	policy->keyAndSalt.assign(key, key + keyLength);
	policy->keyAndSalt.insert(policy->keyAndSalt.end(), salt, salt + saltLength);
	policy->settings.key = policy->keyAndSalt.data();

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->settings.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, std::size_t size)
{
	policy->settings.window_size = size;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, static_cast<const srtp2_policy_struct*>(&policy->settings));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, std::uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

inline srtp_err_status_t srtp_protect(
  srtp_t session,
  const std::uint8_t* in,
  std::size_t inLength,
  std::uint8_t* out,
  std::size_t* outLength,
  std::size_t /*mkiIndex*/)
{
	const auto protect = [](srtp_t ctx, void* packet, int* length) { return srtp_protect(ctx, packet, length); };

	return parley::transform(protect, session, in, inLength, out, outLength, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const std::uint8_t* in, std::size_t inLength, std::uint8_t* out, std::size_t* outLength)
{
	const auto unprotect = [](srtp_t ctx, void* packet, int* length) { return srtp_unprotect(ctx, packet, length); };

	return parley::transform(unprotect, session, in, inLength, out, outLength, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session,
  const std::uint8_t* in,
  std::size_t inLength,
  std::uint8_t* out,
  std::size_t* outLength,
  std::size_t /*mkiIndex*/)
{
	const auto protect = [](srtp_t ctx, void* packet, int* length)
	{ return srtp_protect_rtcp(ctx, packet, length); };

	return parley::transform(
	  protect, session, in, inLength, out, outLength, SRTP_MAX_TRAILER_LEN + parley::RtcpIndexLength);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const std::uint8_t* in, std::size_t inLength, std::uint8_t* out, std::size_t* outLength)
{
	const auto unprotect = [](srtp_t ctx, void* packet, int* length)
	{ return srtp_unprotect_rtcp(ctx, packet, length); };

	return parley::transform(unprotect, session, in, inLength, out, outLength, 0);
}
