-- Nearer to the service than the transcoder: notes how a stream ended, before the transcoder closes its JSON.
function envoy_on_response(handle)
  local trailers = handle:trailers()
  if trailers == nil then return end
  local metadata = handle:streamInfo():dynamicMetadata()
  for _, name in ipairs({ "grpc-status", "grpc-message", "grpc-status-details-bin" }) do
    local value = trailers:get(name)
    if value ~= nil then metadata:set("shopverse.stream", name, value) end
  end
end
